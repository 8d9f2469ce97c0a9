"""Concerns raised and answered while others decide, each on a real connection."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.decide import Ruling, decide
from approvals.models import Decision, Hold, Mandate, Step
from approvals.submit import submit
from deals.models import Deal
from ledger.models import Event
from ledger.verify import verify
from people.models import User
from planning.answer import answer
from planning.follow_up import withdraw
from planning.models import Concern, Word
from planning.raise_concern import Raised
from tests.brandt import rule, step_of
from tests.cast import Cast
from tests.planning.raising import unnamed

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
AGREE = Ruling(verdict=Decision.Verdict.AGREE)


@pytest.fixture
def last(brandt: Deal, cast: Cast) -> Step:
    """The one step still open."""
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    return step_of(request, "finance")


def deciding(step: Step, by: User) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=AGREE, seen=step.terms_hash)


def answering(raised: Raised, by: User) -> Callable[[], Word]:
    return lambda: answer(raised.concern, by=by, text="August.")


def granted(step: Step) -> int:
    """How many mandates it has led to; the record is whole."""
    assert verify(step.deal.stream).faults == ()
    mandates = Mandate.objects.count()
    assert Event.objects.filter(kind="mandate.granted").count() == mandates
    return mandates


@pytest.mark.parametrize("turn", range(3))
def test_the_answer_and_the_last_decision_in_one_instant_grant_once(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    raised = unnamed(last.deal, cast.tomas)
    outcomes = race(deciding(last, cast.henrik), answering(raised, cast.ines))
    assert [type(outcome) for outcome in outcomes] == [Decision, Word]
    assert granted(last) == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_concern_and_the_last_decision_in_one_instant_hold_the_grant_or_the_next_one(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    outcomes = race(deciding(last, cast.henrik), lambda: unnamed(last.deal, cast.tomas))
    assert [type(outcome) for outcome in outcomes] == [Decision, Raised]
    assert Hold.objects.open().count() == 1
    raised = Event.objects.get(kind="concern.raised").sequence
    grants = Event.objects.filter(kind="mandate.granted").values_list("sequence", flat=True)
    assert granted(last) == len(grants)
    assert all(one < raised for one in grants)


@pytest.mark.parametrize("turn", range(3))
def test_an_answer_and_a_withdrawal_in_one_instant_settle_it_once(
    race: Race, last: Step, cast: Cast, turn: int
) -> None:
    raised = unnamed(last.deal, cast.tomas)
    rule(last, cast.henrik)
    outcomes = race(answering(raised, cast.ines), lambda: withdraw(raised.concern, receipt=raised.receipt))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Word", "WrongState"]
    assert Word.objects.count() == 1
    assert granted(last) == 1


def test_two_people_raise_one_each_in_one_instant(race: Race, last: Step, cast: Cast) -> None:
    race(lambda: unnamed(last.deal, cast.tomas, "One."), lambda: unnamed(last.deal, cast.maya, "Two."))
    assert list(Concern.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
