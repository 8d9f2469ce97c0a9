import json

import pytest
import time_machine

from approvals.dossier import dossier
from approvals.errors import OwnDeal, Stale
from approvals.models import Decision, Mandate, Request, Step
from approvals.override import override
from approvals.submit import submit
from base.errors import Invalid, NotYours
from deals.changes import DraftChanges
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share
from ledger.models import Event
from ledger.verify import verify
from people.models import User
from tests.approvals.desk_verbs import MONDAY, WHY, asked, everything, let_override, mails
from tests.approvals.pooling import directors, finance_of, pooled
from tests.brandt import brandt_lines, make_brandt, narrow_finance, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict


@pytest.fixture
def request_(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


@pytest.fixture
def ines(cast: Cast) -> User:
    return let_override(cast.ines)


def over(step: Step, by: User, verdict: Verdict = Verdict.AGREE, reason: str = WHY) -> Decision:
    step.refresh_from_db()
    return override(step, by=by, verdict=verdict, reason=reason, seen=step.terms_hash)


def test_an_override_decides_the_step_and_is_marked(request_: Request, cast: Cast, ines: User) -> None:
    step = step_of(request_, "finance")
    decision = over(step, ines)

    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.AGREED, [])
    assert (decision.by, decision.level, decision.verdict) == (ines, 2, Verdict.AGREE)
    assert (decision.overridden, decision.reason) == (True, WHY)
    event = Event.objects.get(kind="decision.made")
    assert (event.actor, event.facts["decision"], event.facts["overridden"]) == (ines, decision.pk, True)
    assert mails("overridden") == {
        "henrik": "The deal desk decided: Brandt Logistik AG, D-1284. "
        "It decided in place of Finance Director. Why is in the deal room."
    }
    exported = json.loads(dossier(request_.deal, by=ines, at=decision.at))
    assert [one["overridden"] for one in exported["decisions"]] == [True]
    assert verify(request_.deal.stream).faults == ()


def test_a_usual_decision_is_not_marked(request_: Request, cast: Cast) -> None:
    assert rule(step_of(request_, "finance"), cast.henrik).overridden is False
    assert "overridden" not in Event.objects.get(kind="decision.made").facts


def test_the_last_override_grants_the_mandate(request_: Request, cast: Cast, ines: User) -> None:
    rule(step_of(request_, "operations"), cast.jiwoo)
    rule(step_of(request_, "legal"), cast.tomas)
    over(step_of(request_, "finance"), ines)
    assert Mandate.objects.get().request == request_


def test_an_override_may_decline_for_the_whole_request(request_: Request, ines: User) -> None:
    over(step_of(request_, "finance"), ines, Verdict.DECLINE)
    request_.refresh_from_db()
    assert (request_.status, request_.ended_reason) == (Request.Status.DECLINED, WHY)
    assert not Step.objects.live().filter(request=request_).exists()


@pytest.mark.parametrize(("overridden", "status"), [(False, Step.Status.KEPT), (True, Step.Status.OPEN)])
def test_what_was_overridden_is_asked_again_in_the_next_revision(
    request_: Request, cast: Cast, ines: User, overridden: bool, status: Step.Status
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        rule(step_of(request_, "operations"), cast.jiwoo)
        rule(step_of(request_, "legal"), cast.tomas)
        step = step_of(request_, "finance")
        over(step, ines) if overridden else rule(step, cast.henrik)
        deal = Deal.objects.get(pk=request_.deal_id)
        less = DraftChanges(lines=brandt_lines(("24", "18", "10", "15")))
        again = submit(save_draft(deal, by=cast.maya, version=deal.version, changes=less), by=cast.maya)
    assert step_of(again, "legal").status == Step.Status.KEPT
    assert step_of(again, "finance").status == status


def test_limits_given_by_others_stay_in_force(request_: Request, cast: Cast, ines: User) -> None:
    narrow_finance(request_, cast)
    rule(step_of(request_, "legal"), cast.tomas)
    over(step_of(request_, "operations"), ines)
    held = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert str(held["discount"]) == "20.0"


def test_the_desk_without_the_permission_overrides_nothing(request_: Request, cast: Cast) -> None:
    before = everything()
    for who in (cast.ines, cast.henrik, cast.dana, cast.maya, cast.robin):
        with pytest.raises(NotYours, match="permission of its own"):
            over(step_of(request_, "finance"), who)
    assert everything() == before


def test_nobody_overrides_on_their_own_deal(request_: Request, cast: Cast, ines: User) -> None:
    maya = let_override(cast.maya)
    share(request_.deal, with_=ines, role="team", by=cast.maya, at=MONDAY)
    before = everything()
    for who in (ines, maya):
        with pytest.raises(OwnDeal):
            over(step_of(request_, "finance"), who)
    assert everything() == before


def test_who_left_overrides_nothing(request_: Request, ines: User) -> None:
    User.objects.filter(pk=ines.pk).update(is_active=False)
    with pytest.raises(NotYours):
        over(step_of(request_, "finance"), User.objects.get(pk=ines.pk))
    assert not Decision.objects.exists()


def test_other_terms_than_those_seen_are_refused(request_: Request, ines: User) -> None:
    before = everything()
    with pytest.raises(Stale):
        override(step_of(request_, "finance"), by=ines, verdict=Verdict.AGREE, reason=WHY, seen="0" * 64)
    assert everything() == before


@pytest.mark.parametrize("verdict", [Verdict.AGREE, Verdict.DECLINE])
def test_a_reason_is_required_whatever_is_said(request_: Request, ines: User, verdict: Verdict) -> None:
    before = everything()
    with pytest.raises(Invalid, match="Say why"):
        over(step_of(request_, "finance"), ines, verdict, " ")
    assert everything() == before


def test_an_override_gives_no_limits(request_: Request, ines: User) -> None:
    before = everything()
    with pytest.raises(Invalid, match="limits are for who was asked") as refusal:
        over(step_of(request_, "finance"), ines, Verdict.UP_TO)
    assert refusal.value.field == "verdict"
    assert everything() == before


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.AGREE, Step.Status.AGREED),
        (Verdict.CHANGES, Step.Status.RETURNED),
        (Verdict.DECLINE, Step.Status.DECLINED),
    ],
)
def test_an_override_decides_the_step_however_many_must_agree(
    cast: Cast, ines: User, verdict: Verdict, status: Step.Status
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        deal = make_brandt(cast)
        pooled(cast, 'quorum = "everyone"\n')
        directors(cast.lena)
        step = finance_of(deal, cast)
        over(step, ines, verdict)
    step.refresh_from_db()
    assert (step.status, asked(step)) == (status, [])
    assert set(mails("overridden")) == {"henrik", "lena"}
    assert Decision.objects.filter(step=step).count() == 1
