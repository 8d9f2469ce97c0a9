"""Guards that other tests pass by: each of these fails when its guard is taken out."""

import pytest

from approvals.decide import Ruling, decide
from approvals.errors import NotAsked
from approvals.models import Decision, Step
from approvals.question import ask_question
from approvals.submit import submit
from base.errors import WrongState
from deals.models import Deal
from tests.approvals.machine.state import digest
from tests.brandt import step_of
from tests.cast import Cast

AGREE = Ruling(verdict=Decision.Verdict.AGREE)


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def test_who_stands_above_but_was_not_asked_does_not_decide(step: Step, cast: Cast) -> None:
    before = digest()
    with pytest.raises(NotAsked, match="Finance Director"):
        decide(step, by=cast.dana, ruling=AGREE, seen=step.terms_hash)
    assert digest() == before


def test_who_decides_while_a_question_is_open_hears_what_is_waited_for(step: Step, cast: Cast) -> None:
    ask_question(step, by=cast.henrik, to=cast.arjun, text="Who pays for the third site?")
    before = digest()
    with pytest.raises(WrongState, match="Henrik Sørensen asked Arjun Mehta"):
        decide(step, by=cast.henrik, ruling=AGREE, seen=step.terms_hash)
    assert digest() == before
