import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from approvals.check import check
from approvals.dossier import dossier
from approvals.errors import NeverGranted
from approvals.models import Decision, Mandate, Request, Step
from approvals.preview import preview
from approvals.recall import recall
from approvals.replay import replay
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals.ask_exception import ask_exception, drop_exception
from deals.changes import DraftChanges, TermChange
from deals.edit import save_draft
from deals.models import AccountException, Deal, Revision
from ledger.models import Event
from ledger.verify import verify
from tests.brandt import grant_brandt, rule, step_of
from tests.cast import Cast
from tests.excepting import (
    ASK,
    another_deal,
    ask_deep,
    for_account,
    grant_account_exception,
    grant_all,
    publish_never,
)

Verdict = Decision.Verdict


@pytest.fixture
def deep(brandt: Deal, cast: Cast) -> Deal:
    publish_never(cast)
    return ask_deep(brandt, cast)


def asked(deal: Deal, cast: Cast, exception: object = ASK) -> Request:
    ask_exception(deal, by=cast.maya, exception=exception)  # type: ignore[arg-type]
    return submit(deal, by=cast.maya)


def deal_of(request: Request) -> Deal:
    return Deal.objects.get(pk=request.deal_id)


def test_without_an_exception_it_is_refused_and_says_who_may_grant_one(deep: Deal, cast: Cast) -> None:
    with pytest.raises(NeverGranted) as refusal:
        submit(deep, by=cast.maya)
    assert set(refusal.value.fields) == {"discount"}
    assert str(refusal.value).endswith("Chief Executive may grant an exception: ask for one in the brief.")
    assert not Revision.objects.exists()


def test_where_the_policy_names_nobody_never_stays_never(brandt: Deal, cast: Cast) -> None:
    publish_never(cast, rule="")
    deal = ask_deep(brandt, cast)
    ask_exception(deal, by=cast.maya, exception=ASK)
    with pytest.raises(NeverGranted) as refusal:
        submit(deal, by=cast.maya)
    assert "exception" not in str(refusal.value)
    assert not Revision.objects.exists()


def test_asked_for_it_opens_a_step_of_who_may_grant_it_after_finance(deep: Deal, cast: Cast) -> None:
    request = asked(deep, cast)

    found = [
        (one.function, one.never, one.exception) for one in request.judged.findings if one.key == "discount"
    ]
    assert found == [("finance", False, "asked"), ("executive", False, "asked")]
    step = step_of(request, "executive")
    assert (step.level_name, step.status) == ("Chief Executive", Step.Status.PLANNED)
    (frozen,) = request.revision.exceptions
    assert (frozen.value, frozen.why, frozen.in_return) == (D("34.0"), ASK.why, ASK.in_return)


def test_what_is_asked_beyond_never_is_part_of_the_terms_that_are_signed(deep: Deal, cast: Cast) -> None:
    first = asked(deep, cast)
    recall(deep, by=cast.maya)
    seen = deep.exceptions.get()
    ask_exception(
        deep,
        by=cast.maya,
        exception=replace(ASK, why="Another reason."),
        seen=replace(ASK).digest(deep.salt),
    )
    second = submit(deep, by=cast.maya)
    assert seen.why == ASK.why
    assert second.terms_hash != first.terms_hash


def test_the_preview_says_the_same_as_submit(deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=ASK)
    seen = preview(deep, by=cast.maya, at=clock.now())
    request = submit(deep, by=cast.maya)
    assert seen.judgement.judged == request.judged
    assert seen.exceptions == request.revision.exceptions
    planned = [(step.function, step.level) for step in seen.judgement.plan.steps]
    assert planned == list(request.steps.order_by("pk").values_list("function", "level"))


def test_agreeing_grants_the_exception_for_this_deal_alone(deep: Deal, cast: Cast) -> None:
    request = grant_all(asked(deep, cast))

    assert request.status == Request.Status.GRANTED
    limits = {limit.key: limit for limit in Mandate.objects.get().limit_rows}
    assert limits["discount"].value == D("34.0")
    assert limits["discount"].granted_by == ("finance", "executive")
    event = Event.objects.get(stream=deep.stream, kind="exception.granted")
    assert (event.actor, event.facts["exception"]) == (cast.victor, None)
    assert not AccountException.objects.exists()
    with pytest.raises(NeverGranted):
        submit(another_deal(deep, cast), by=cast.maya)


def test_an_offer_is_inside_up_to_the_exception_and_never_past_it(deep: Deal, cast: Cast) -> None:
    request = grant_all(asked(deep, cast))
    mandate, terms = Mandate.objects.get(), request.revision.ask.walk_away
    day = clock.today()

    assert check(mandate, terms, good_until=day)[1].inside
    further = replace(terms, lines=tuple(replace(line, discount=line.discount + 1) for line in terms.lines))
    breach = next(one for one in check(mandate, further, good_until=day)[1].breaches if one.key == "discount")
    assert breach.never


def test_narrowed_back_before_never_nobody_is_asked_for_it_and_nothing_is_granted(
    deep: Deal, cast: Cast
) -> None:
    request = asked(deep, cast, for_account())
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    step = step_of(request, "finance")
    rule(step, step.assignments.get().user, Verdict.UP_TO, limits={"discount": D("28.0")})

    executive = step_of(request, "executive")
    request.refresh_from_db()
    assert executive.status == Step.Status.NOT_NEEDED
    assert request.status == Request.Status.GRANTED
    assert not AccountException.objects.exists()
    assert not Event.objects.filter(kind="exception.granted").exists()


def test_who_grants_it_may_grant_less(deep: Deal, cast: Cast) -> None:
    request = asked(deep, cast, for_account())
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    step = step_of(request, "finance")
    rule(step, step.assignments.get().user)
    rule(step_of(request, "executive"), cast.victor, Verdict.UP_TO, limits={"discount": D("32.0")})

    exception = AccountException.objects.get()
    assert (exception.bound, exception.granted_by) == (D("32.00"), cast.victor)


def test_declined_it_grants_nothing(deep: Deal, cast: Cast) -> None:
    request = asked(deep, cast, for_account())
    step = step_of(request, "finance")
    rule(step, step.assignments.get().user, Verdict.DECLINE, reason="No.")
    assert not AccountException.objects.exists()


def test_the_next_deal_of_the_account_finds_it_by_itself(deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    other = another_deal(deep, cast)

    request = submit(other, by=cast.maya)

    finding = next(one for one in request.judged.findings if one.key == "discount")
    assert (finding.function, finding.exception, finding.standing) == ("finance", "standing", exception.pk)
    assert not request.steps.filter(function="executive").exists()
    (known,) = request.revision.world.beyond
    assert (known.standing, known.value, known.until) == (exception.pk, D("34.0"), exception.until)
    grant_all(request)
    assert Mandate.objects.filter(request=request).exists()
    assert AccountException.objects.count() == 1


def test_another_account_finds_nothing(deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    other = another_deal(deep, cast)
    exception.account = type(exception.account).objects.create(
        name="Other", segment="Enterprise", region="DACH"
    )
    exception.save()
    with pytest.raises(NeverGranted):
        submit(other, by=cast.maya)


def test_its_last_day_counts_and_the_day_after_does_not(
    deep: Deal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    exception = grant_account_exception(deep, cast, until=clock.today())
    other = another_deal(deep, cast)
    request = submit(other, by=cast.maya)
    recall(other, by=cast.maya)

    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with pytest.raises(NeverGranted):
        submit(other, by=cast.maya)
    assert request.revision.world.beyond[0].standing == exception.pk


def test_an_exception_that_would_end_in_the_past_asks_for_nothing(
    deep: Deal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_exception(deep, by=cast.maya, exception=for_account(clock.today()))
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with pytest.raises(NeverGranted):
        submit(deep, by=cast.maya)
    assert not Revision.objects.exists()


def test_revoked_it_is_found_no_more_and_what_was_asked_keeps_it(deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    before = submit(another_deal(deep, cast), by=cast.maya)

    revoke_exception(exception, by=cast.ines, reason="The incumbent has left the market.")

    with pytest.raises(NeverGranted):
        submit(another_deal(deep, cast, "D-1301"), by=cast.maya)
    grant_all(before)
    assert Mandate.objects.filter(request=before).exists()
    assert Event.objects.get(kind="exception.revoked").facts["exception"] == exception.pk
    assert verify(deep.stream).faults == ()


@pytest.mark.parametrize("who", ["maya", "victor", "henrik", "robin"])
def test_only_the_desk_revokes(deep: Deal, cast: Cast, who: str) -> None:
    exception = grant_account_exception(deep, cast)
    with pytest.raises(NotYours):
        revoke_exception(exception, by=getattr(cast, who), reason="No more.")
    exception.refresh_from_db()
    assert exception.revoked_at is None
    assert not Event.objects.filter(kind="exception.revoked").exists()


def test_it_is_revoked_once_with_a_reason_and_not_after_its_last_day(
    deep: Deal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    exception = grant_account_exception(deep, cast)
    with pytest.raises(Invalid):
        revoke_exception(exception, by=cast.ines, reason="  ")
    later = clock.now() + timedelta(days=91)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        with pytest.raises(WrongState, match="run out"):
            revoke_exception(exception, by=cast.ines, reason="No more.")
    assert not Event.objects.filter(kind="exception.revoked").exists()
    revoke_exception(exception, by=cast.ines, reason="No more.")
    with pytest.raises(WrongState, match="already"):
        revoke_exception(exception, by=cast.ines, reason="No more.")
    assert Event.objects.filter(kind="exception.revoked").count() == 1


def test_a_new_revision_with_the_same_exception_keeps_who_granted_it(deep: Deal, cast: Cast) -> None:
    grant_all(asked(deep, cast))
    later = change_delivery(deep, cast)
    request = submit(later, by=cast.maya)
    assert step_of(request, "executive").status == Step.Status.KEPT


def test_an_exception_asked_in_other_words_is_decided_again(deep: Deal, cast: Cast) -> None:
    grant_all(asked(deep, cast))
    later = change_delivery(deep, cast)
    ask_exception(later, by=cast.maya, exception=for_account(), seen=ASK.digest(later.salt))
    request = submit(later, by=cast.maya)
    assert step_of(request, "executive").status == Step.Status.PLANNED


def test_a_revoked_exception_is_not_kept(deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    revoke_exception(exception, by=cast.ines, reason="No more.")
    request = submit(change_delivery(deep, cast), by=cast.maya)
    assert step_of(request, "executive").status == Step.Status.PLANNED


def change_delivery(deal: Deal, cast: Cast) -> Deal:
    deal = Deal.objects.get(pk=deal.pk)
    changes = DraftChanges(terms=(TermChange("custom_days", D(11), D(19)),))
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)


def test_every_revision_gives_the_same_findings_after_it_was_revoked(deep: Deal, cast: Cast) -> None:
    began = clock.now() - timedelta(hours=1)
    exception = grant_account_exception(deep, cast)
    request = submit(another_deal(deep, cast), by=cast.maya)
    revoke_exception(exception, by=cast.ines, reason="No more.")

    replayed = list(replay(began, request.version.policy))

    assert [one.broken for one in replayed] == [(), ()]
    assert [one.changes for one in replayed] == [(), ()]


def test_a_revision_that_asks_for_none_says_nothing_of_them(brandt: Deal, cast: Cast) -> None:
    mandate = grant_brandt(brandt, cast)
    revision = mandate.request.revision
    document = json.loads(revision.document)
    assert "exceptions" not in document["terms"]
    assert set(document["terms"]["world"]) == {"won_list", "won_net"}
    assert "beyond" not in json.loads(revision.measured_walk_away)
    assert "exception" not in mandate.request.evaluation_walk_away


def test_the_dossier_tells_what_the_account_was_granted(deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    (told,) = json.loads(dossier(deep, by=cast.robin, at=clock.now()))["exceptions"]
    assert (told["id"], told["key"], told["value"]) == (exception.pk, "discount", "34.00")
    assert (told["granted_by"], told["revoked_at"]) == (cast.victor.pk, None)


def test_what_is_dropped_is_asked_no_more(deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=ASK)
    drop_exception(deep, by=cast.maya, key="discount", function="finance")
    with pytest.raises(NeverGranted):
        submit(deep, by=cast.maya)
