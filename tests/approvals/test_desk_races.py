"""The desk and others at the same step in the same instant, each on a real connection."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.decide import Ruling, decide
from approvals.errors import NotAsked
from approvals.extend import extend
from approvals.models import Decision, Intervention, Step
from approvals.override import override
from approvals.reassign import reassign
from approvals.submit import submit
from base.errors import WrongState
from deals.models import Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import User
from tests.approvals.desk_verbs import WHY, asked, let_override, timers
from tests.brandt import step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
AGREE, DECLINE = Decision.Verdict.AGREE, Decision.Verdict.DECLINE


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def answering(step: Step, by: User) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=Ruling(verdict=AGREE), seen=step.terms_hash)


def overriding(step: Step, by: User, verdict: Decision.Verdict = AGREE) -> Callable[[], Decision]:
    return lambda: override(step, by=by, verdict=verdict, reason=WHY, seen=step.terms_hash)


def kinds(step: Step) -> list[str]:
    return [one.kind for one in Event.objects.of(step.deal.stream) if one.facts.get("step") == step.pk]


def test_given_away_and_answered_at_once_it_is_one_of_the_two(race: Race, step: Step, cast: Cast) -> None:
    given, decided = race(
        lambda: reassign(step, by=cast.ines, to=cast.dana, reason=WHY), answering(step, cast.henrik)
    )

    step.refresh_from_db()
    if isinstance(decided, Decision):
        assert isinstance(given, WrongState)
        assert (step.status, asked(step), Intervention.objects.count()) == (Step.Status.AGREED, [], 0)
    else:
        assert isinstance(decided, NotAsked)
        assert isinstance(given, Intervention)
        assert (step.status, asked(step)) == (Step.Status.OPEN, [cast.dana])
        assert not Decision.objects.exists()
    assert verify(step.deal.stream).faults == ()


def test_more_time_and_a_hand_over_at_once_leave_one_run_of_the_clock(
    race: Race, step: Step, cast: Cast
) -> None:
    timer = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    assert step.due_at is not None
    late = step.due_at

    extended, moved = race(
        lambda: extend(step, by=cast.ines, minutes=60, reason=WHY), lambda: deliver(timer.pk, late)
    )

    step.refresh_from_db()
    assert moved is None
    assert isinstance(extended, Intervention)
    pending = [(kind, run) for kind, run, state in timers(step) if state == "pending"]
    assert pending == [("remind", step.run), ("hand_over", step.run)]
    if "step.handed_over" in kinds(step):  # then the time was given to whoever holds it now
        assert (step.run, step.held_level, asked(step)) == (3, 3, [cast.dana])
    else:
        assert (step.run, step.held_level, asked(step)) == (2, 2, [cast.henrik])
    assert verify(step.deal.stream).faults == ()


def test_an_override_and_a_decision_at_once_fill_the_seat_once(race: Race, step: Step, cast: Cast) -> None:
    ines = let_override(cast.ines)
    outcomes = race(overriding(step, ines), answering(step, cast.henrik))

    assert sorted(type(one).__name__ for one in outcomes) == ["Decision", "WrongState"]
    decision = Decision.objects.get(step=step)
    assert decision.overridden is (decision.by == ines)
    assert kinds(step).count("decision.made") == 1
    assert verify(step.deal.stream).faults == ()


def test_two_overrides_at_once_fill_the_seat_once(race: Race, step: Step, cast: Cast) -> None:
    ines, robin = let_override(cast.ines), let_override(cast.robin)
    outcomes = race(overriding(step, ines), overriding(step, robin, DECLINE))

    assert sorted(type(one).__name__ for one in outcomes) == ["Decision", "WrongState"]
    decision = Decision.objects.get(step=step)
    step.refresh_from_db()
    assert step.status == (Step.Status.AGREED if decision.verdict == AGREE else Step.Status.DECLINED)
    assert verify(step.deal.stream).faults == ()


def test_two_of_the_desk_reassign_at_once_and_the_second_moves_it_on(
    race: Race, step: Step, cast: Cast
) -> None:
    def give() -> Intervention:
        return reassign(step, by=cast.ines, to=cast.dana, reason=WHY)

    outcomes = race(give, give)

    assert sorted(type(one).__name__ for one in outcomes) == ["Intervention", "Invalid"]
    step.refresh_from_db()
    assert (step.run, asked(step)) == (2, [cast.dana])
    assert kinds(step).count("step.reassigned") == 1
