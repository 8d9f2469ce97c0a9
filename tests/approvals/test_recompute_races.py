"""A deadline is recomputed in the same instant as people and timers act: real connections."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from approvals.deadlines import moves_of
from approvals.decide import Ruling, decide
from approvals.models import Decision, Intervention, Step
from approvals.recompute import recompute
from approvals.submit import submit
from base import clock
from base.errors import WrongState
from deals.models import Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import FunctionCalendar, User
from tests.approvals.desk_verbs import WHY, timers
from tests.brandt import step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    FunctionCalendar.objects.filter(function="finance").update(opens=time(6), closes=time(22))
    return step


def moving(step: Step, by: User) -> Callable[[], Intervention]:
    (move,) = moves_of(Step.objects.filter(pk=step.pk), clock.now())
    return lambda: recompute(step, by=by, reason=WHY, seen=move.print)


def live_timers(step: Step) -> list[tuple[str, int]]:
    return [(kind, run) for kind, run, state in timers(step) if state == "pending"]


def test_moved_and_answered_at_once_the_answer_stands_and_nothing_is_due(
    race: Race, step: Step, cast: Cast
) -> None:
    ruling = Ruling(verdict=Decision.Verdict.AGREE)
    moved, decided = race(
        moving(step, cast.ines), lambda: decide(step, by=cast.henrik, ruling=ruling, seen=step.terms_hash)
    )
    step.refresh_from_db()
    assert isinstance(decided, Decision)
    assert isinstance(moved, Intervention | WrongState)
    assert step.status == Step.Status.AGREED
    assert live_timers(step) == []
    assert Intervention.objects.count() == isinstance(moved, Intervention)
    assert verify(step.deal.stream).faults == ()


def test_moved_and_handed_over_at_once_it_is_one_of_the_two_with_one_clock(
    race: Race, step: Step, cast: Cast
) -> None:
    timer = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    assert step.due_at is not None
    late, before = step.due_at, step.due_at

    moved, handed = race(moving(step, cast.ines), lambda: deliver(timer.pk, late))

    step.refresh_from_db()
    assert handed is None
    over = Event.objects.filter(kind="step.handed_over").count()
    assert over + isinstance(moved, Intervention) == 1
    assert isinstance(moved, Intervention | WrongState)
    assert (step.run, step.held_level) == (2, 3 if over else 2)
    assert {run for _, run in live_timers(step)} == {2}
    assert [kind for kind, _ in live_timers(step)].count("hand_over") == 1
    assert step.due_at != before
    assert verify(step.deal.stream).faults == ()
