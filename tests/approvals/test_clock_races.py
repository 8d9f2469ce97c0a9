"""What happens by itself, and who comes and goes, in the same instant as people act: real connections."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from approvals.close import close
from approvals.decide import Ruling, decide
from approvals.errors import OwnDeal
from approvals.models import Closing, Decision, Mandate, Request, Step
from approvals.submit import submit
from base import clock
from base.errors import WrongState
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share
from ledger.models import Effect, Event
from ledger.sweep import sweep
from people.models import Authority, User
from tests.approvals.machine.asks import DRAFTS
from tests.approvals.machine.invariants import broken
from tests.approvals.test_submit import STANDARD
from tests.brandt import step_of
from tests.cast import APPOINTED, Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
Verdict = Decision.Verdict


def saying(step: Step, by: User, verdict: Verdict) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=Ruling(verdict, "Not now."), seen=step.terms_hash)


def said(deal: Deal, kind: str) -> int:
    return Event.objects.filter(stream=deal.stream, kind=kind).count()


def due(step: Step, kind: str) -> datetime:
    return Effect.objects.get(key=f"step:{step.pk}", kind=kind, state="pending").due_at


def test_two_sweeps_open_a_step_once_when_somebody_can_be_asked_again(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    held = Authority.objects.get(user=cast.henrik)
    held.delete()
    step = step_of(submit(brandt, by=cast.maya), "finance")
    Authority.objects.create(user=cast.henrik, function="finance", level=2, since=APPOINTED)
    later = due(step, "reroute")

    race(*[lambda: sweep(later)] * 3)

    step.refresh_from_db()
    assert step.status == Step.Status.OPEN
    assert step.seats.count() == 1
    assert [row.user for row in step.assignments.all()] == [cast.henrik]
    assert said(brandt, "step.opened") == 3  # one for each function
    assert broken(brandt) == []


def test_two_sweeps_hand_a_seat_over_once(race: Race, brandt: Deal, cast: Cast) -> None:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    late = due(step, "hand_over")

    race(*[lambda: sweep(late)] * 3)

    step.refresh_from_db()
    assert (step.held_level, step.run) == (3, 2)
    assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.dana]
    assert Event.objects.filter(kind="step.handed_over", body__contains=f'"step":{step.pk}').count() == 1
    assert broken(brandt) == []


def test_a_decline_leaves_no_reminder_of_a_sibling_behind(race: Race, brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    finance, legal = step_of(request, "finance"), step_of(request, "legal")
    half = due(legal, "remind")

    declined, _ = race(saying(finance, cast.henrik, Verdict.DECLINE), lambda: sweep(half))

    assert isinstance(declined, Decision)
    assert not Effect.objects.filter(key__startswith="step:", state="pending").exists()
    assert not Step.objects.live().exists()
    assert broken(brandt) == []


def test_a_decline_and_the_agreement_of_another_function_both_count_or_one_comes_too_late(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    request = submit(brandt, by=cast.maya)
    finance, legal = step_of(request, "finance"), step_of(request, "legal")

    declined, agreed = race(
        saying(finance, cast.henrik, Verdict.DECLINE), saying(legal, cast.tomas, Verdict.AGREE)
    )

    request.refresh_from_db()
    legal.refresh_from_db()
    assert isinstance(declined, Decision)
    assert request.status == Request.Status.DECLINED
    in_time = isinstance(agreed, Decision)
    assert in_time or isinstance(agreed, WrongState)
    assert legal.status == (Step.Status.AGREED if in_time else Step.Status.CANCELLED)
    assert broken(brandt) == []


def test_who_joins_the_team_in_the_instant_of_deciding_decided_before_or_not_at_all(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step, now = step_of(submit(brandt, by=cast.maya), "finance"), clock.now()

    decided, joined = race(
        saying(step, cast.henrik, Verdict.AGREE),
        lambda: share(brandt, with_=cast.henrik, role="team", by=cast.maya, at=now),
    )

    assert joined is None
    assert isinstance(decided, Decision | OwnDeal)
    kinds = [one.kind for one in Event.objects.of(brandt.stream)]
    if isinstance(decided, Decision):
        assert kinds.index("decision.made") < kinds.index("deal.shared")
    assert broken(brandt) == []


def test_asking_while_the_deal_is_closed_leaves_nothing_open(race: Race, brandt: Deal, cast: Cast) -> None:
    asked, closed = race(lambda: submit(brandt, by=cast.maya), lambda: close(brandt, by=cast.maya))

    assert isinstance(closed, Closing)
    assert isinstance(asked, Request | WrongState)
    assert not Request.objects.open().exists()
    assert broken(brandt) == []


def test_two_who_ask_for_what_is_standard_are_granted_one_mandate(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=STANDARD)

    race(*[lambda: submit(brandt, by=cast.maya)] * 3)

    assert Mandate.objects.standing().count() == 1
    assert broken(brandt) == []


def test_two_who_save_and_ask_at_once_leave_one_request_for_what_was_saved_last(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    def ask(words: str) -> Request:
        deal = Deal.objects.get(pk=brandt.pk)
        save_draft(deal, by=cast.maya, version=deal.version, changes=DRAFTS[words])
        return submit(deal, by=cast.maya)

    race(lambda: ask("payment in 45 days"), lambda: ask("much custom work"))

    assert Request.objects.open().count() == 1
    assert broken(brandt) == []
