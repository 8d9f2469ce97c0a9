"""Asking: what is refused, what is kept, what is superseded, what is granted there and then."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from approvals.errors import Incomplete, NeverGranted, SameAsk
from approvals.models import Decision, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import NotYours, WrongState
from deals.changes import ClauseChange, DraftChanges, LineChange, TermChange
from deals.edit import save_draft
from deals.models import Deal, Revision
from guardrails.evaluation import evaluate
from ledger.models import Effect, Event
from people.models import Authority
from tests.brandt import ask_offer_5, brandt_lines, rule, step_of
from tests.cast import Cast

STANDARD = DraftChanges(
    lines=tuple(replace(line, target=D(10), walk_away=D(12)) for line in brandt_lines()),
    terms=(
        TermChange("payment_days", D(30), D(30)),
        TermChange("custom_days", D(5), D(10)),
        TermChange("weeks_to_live", D(18), D(16)),
    ),
    clauses=(ClauseChange("liability", "standard", "standard"),),
)


def change(deal: Deal, cast: Cast, changes: DraftChanges) -> Deal:
    deal.refresh_from_db()
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)


def untouched() -> bool:
    return not (Request.objects.exists() or Revision.objects.exists() or Effect.objects.exists())


def test_an_ask_without_any_finding_is_granted_there_and_then(brandt: Deal, cast: Cast) -> None:
    request = submit(change(brandt, cast, STANDARD), by=cast.maya)

    request.refresh_from_db()
    assert request.status == Request.Status.GRANTED
    assert not request.steps.exists()
    limits = {limit.key: limit for limit in Mandate.objects.get().limit_rows}
    assert {limit.source for limit in limits.values()} == {"standard"}
    assert (limits["discount"].value, limits["payment_days"].value) == (D("12.5"), D(30))


def test_what_nobody_may_grant_is_refused_by_name(brandt: Deal, cast: Cast) -> None:
    deal = change(brandt, cast, DraftChanges(clauses=(ClauseChange("exit", "standard", "fallback-2"),)))
    with pytest.raises(NeverGranted) as refusal:
        submit(deal, by=cast.maya)
    assert set(refusal.value.fields) == {"clause:exit"}
    assert untouched()


def test_an_incomplete_brief_is_refused_with_its_fields(brandt: Deal, cast: Cast) -> None:
    deal = change(brandt, cast, DraftChanges(terms=(TermChange("payment_days", D(30), None),)))
    with pytest.raises(Incomplete) as refusal:
        submit(deal, by=cast.maya)
    assert "terms.payment_days.walk_away" in refusal.value.fields
    assert untouched()


def test_only_the_deal_team_asks(brandt: Deal, cast: Cast) -> None:
    with pytest.raises(NotYours):
        submit(brandt, by=cast.marcus)
    assert untouched()


def test_the_same_terms_are_not_asked_twice(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    with pytest.raises(SameAsk):
        submit(change(brandt, cast, DraftChanges(objective="Other words, same terms.")), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Decision.Verdict.DECLINE, reason="No.")
    with pytest.raises(SameAsk):
        submit(brandt, by=cast.maya)
    assert Revision.objects.count() == 1


def test_a_new_revision_supersedes_the_open_request_and_its_timers(brandt: Deal, cast: Cast) -> None:
    first = submit(brandt, by=cast.maya)
    second = submit(ask_offer_5(brandt, cast), by=cast.maya)

    first.refresh_from_db()
    assert first.status == Request.Status.SUPERSEDED
    assert {step.status for step in first.steps.all()} == {Step.Status.CANCELLED}
    keys = {f"step:{step.pk}" for step in first.steps.all()}
    assert not Effect.objects.filter(key__in=keys, state="pending").exists()
    assert Request.objects.open().get() == second


def test_withdrawing_ends_the_request_and_nothing_else(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    recall(brandt, by=cast.maya)

    assert Request.objects.get().status == Request.Status.RECALLED
    assert not Step.objects.live().exists()
    assert not Step.objects.assigned_to(cast.henrik).exists()
    with pytest.raises(WrongState):
        recall(brandt, by=cast.maya)


def test_only_the_deal_team_withdraws(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    for stranger in (cast.marcus, cast.henrik):
        with pytest.raises(NotYours):
            recall(brandt, by=stranger)
    assert Request.objects.open().count() == 1


def test_a_withdrawn_ask_may_be_sent_again(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    recall(brandt, by=cast.maya)
    assert submit(brandt, by=cast.maya).revision.number == 2


def test_a_step_with_nobody_to_ask_is_named_and_routes_itself_once_somebody_may(
    brandt: Deal, cast: Cast
) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    step = step_of(submit(brandt, by=cast.maya), "finance")

    assert step.status == Step.Status.UNROUTABLE
    assert "Finance Director" in step.reason
    assert "DACH" in step.reason
    assert Effect.objects.filter(kind="reroute", state="pending").count() == 1


def test_after_a_decline_the_function_signs_again_even_when_the_ask_is_safer(
    brandt: Deal, cast: Cast
) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "legal"), cast.tomas, Decision.Verdict.DECLINE, reason="Show the redline.")
    changes = DraftChanges(terms=(TermChange("custom_days", D(12), D(18)),))

    again = submit(change(brandt, cast, changes), by=cast.maya)

    assert step_of(again, "legal").status == Step.Status.OPEN


def test_what_a_function_granted_before_its_sibling_declined_is_kept(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    granted = rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "finance"), cast.henrik, Decision.Verdict.DECLINE, reason="Too deep.")
    deal = change(brandt, cast, DraftChanges(terms=(TermChange("payment_days", D(30), D(45)),)))

    again = step_of(submit(deal, by=cast.maya), "operations")

    assert again.status == Step.Status.KEPT
    assert again.kept_from == granted


def test_small_steps_past_a_grant_reopen_its_function(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    deal = change(brandt, cast, DraftChanges(terms=(TermChange("custom_days", D(12), D(21)),)))

    assert step_of(submit(deal, by=cast.maya), "operations").status == Step.Status.OPEN


def test_replaying_a_revision_under_its_version_gives_the_same_findings(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    policy = request.version.policy
    assert evaluate(request.revision.measured("walk_away"), policy) == request.judged
    assert evaluate(request.revision.measured("target"), policy) == request.judged_target


def test_the_mandate_ends_after_the_last_day_that_was_asked_for(brandt: Deal, cast: Cast) -> None:
    last: date = clock.today() + timedelta(days=9)
    submit(change(brandt, cast, replace(STANDARD, wanted_expiry=last)), by=cast.maya)
    mandate = Mandate.objects.get()
    assert clock.date_of(mandate.expires_at) == last + timedelta(days=1)
    assert mandate.active_at(mandate.expires_at - timedelta(microseconds=1))
    assert not mandate.active_at(mandate.expires_at)


def test_one_event_per_state_change(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    kinds = list(Event.objects.of(brandt.stream).values_list("kind", flat=True))
    assert kinds == ["deal.created", "request.submitted", "step.opened", "step.opened", "step.opened"]


def test_a_new_line_is_a_new_ask(brandt: Deal, cast: Cast) -> None:
    first = submit(brandt, by=cast.maya)
    more = (*brandt_lines(), LineChange("training", D(5), D(0), D(5)))
    second = submit(change(brandt, cast, DraftChanges(lines=more)), by=cast.maya)
    assert first.terms_hash != second.terms_hash
