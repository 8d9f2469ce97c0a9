"""Holds placed and released while others decide, each on a real connection."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.decide import Ruling, decide
from approvals.hold import hold, release
from approvals.models import Decision, Hold, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from base.errors import WrongState
from deals.models import Deal
from ledger.models import Event
from ledger.verify import verify
from people.models import User
from tests.brandt import rule, step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
AGREE = Ruling(verdict=Decision.Verdict.AGREE)


def deciding(step: Step, by: User) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=AGREE, seen=step.terms_hash)


def releasing(held: Hold, by: User) -> Callable[[], Hold]:
    return lambda: release(held, by=by, note="Settled.")


@pytest.fixture
def last(brandt: Deal, cast: Cast) -> Step:
    """The one step still open."""
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    return step_of(request, "finance")


def granted(request: Request) -> int:
    """How many mandates and grants it has led to; the record is whole."""
    mandates = Mandate.objects.filter(request=request).count()
    assert Event.objects.filter(kind="mandate.granted").count() == mandates
    assert verify(request.deal.stream).faults == ()
    return mandates


@pytest.mark.parametrize("turn", range(5))
def test_the_last_hold_and_the_last_decision_settle_in_one_instant_and_grant_once(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    held = hold(last.request, reason="Wait.", by=cast.ines)
    decided, released = race(deciding(last, cast.henrik), releasing(held, cast.ines))
    assert (type(decided), type(released)) == (Decision, Hold)
    assert granted(last.request) == 1


@pytest.mark.parametrize("turn", range(5))
def test_two_people_release_one_hold_and_the_first_one_counts(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    other = User.objects.create_user("olga@helio.example", name="Olga Reis", function="desk")
    held = hold(last.request, reason="Wait.", by=cast.ines)
    rule(last, cast.henrik)
    outcomes = race(releasing(held, cast.ines), releasing(held, other))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Hold", "WrongState"]
    assert Event.objects.filter(kind="hold.released").count() == 1
    assert granted(last.request) == 1


def test_two_holds_released_in_one_instant_grant_once(race: Race, last: Step, cast: Cast) -> None:
    first, second = (hold(last.request, reason=why, by=cast.ines) for why in ("One.", "Two."))
    rule(last, cast.henrik)
    outcomes = race(releasing(first, cast.ines), releasing(second, cast.ines))
    assert [type(outcome) for outcome in outcomes] == [Hold, Hold]
    assert granted(last.request) == 1


@pytest.mark.parametrize("turn", range(5))
def test_a_hold_and_the_last_decision_hold_the_grant_or_come_too_late(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    held, decided = race(
        lambda: hold(last.request, reason="Wait.", by=cast.ines), deciding(last, cast.henrik)
    )
    assert isinstance(decided, Decision)
    in_time = isinstance(held, Hold)
    assert in_time or isinstance(held, WrongState)
    assert granted(last.request) == (0 if in_time else 1)
    assert Hold.objects.count() == in_time


def test_releasing_while_the_seller_withdraws_grants_or_ends(race: Race, last: Step, cast: Cast) -> None:
    held = hold(last.request, reason="Wait.", by=cast.ines)
    rule(last, cast.henrik)
    released, withdrawn = race(releasing(held, cast.ines), lambda: recall(last.deal, by=cast.maya))
    assert {type(released), type(withdrawn)} in ({Hold, WrongState}, {Request, WrongState})
    assert granted(last.request) == isinstance(released, Hold)
    assert not Hold.objects.open().exists()
