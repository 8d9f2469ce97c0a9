"""Guards that other tests pass by: each of these fails when its guard is taken out."""

import pytest

from approvals.claim import claim
from approvals.decide import Ruling, decide
from approvals.errors import NotAsked, OwnDeal
from approvals.hold import hold
from approvals.models import Decision, Step
from approvals.question import ask_question
from approvals.submit import submit
from base import clock
from base.errors import Invalid, WrongState
from deals.models import Deal
from deals.share import share
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


def test_nobody_who_has_left_is_named_to_release_a_hold(step: Step, cast: Cast) -> None:
    cast.grace.is_active = False
    cast.grace.save()
    before = digest()
    with pytest.raises(Invalid, match="Grace Mbeki does not work here any more") as refusal:
        hold(step.request, reason="The insurer.", by=cast.ines, release_by=cast.grace)
    assert list(refusal.value.fields) == ["release_by"]
    assert digest() == before


def test_who_joins_the_team_after_being_asked_asks_and_takes_nothing(step: Step, cast: Cast) -> None:
    share(step.deal, with_=cast.henrik, role="team", by=cast.maya, at=clock.now())
    before = digest()
    with pytest.raises(OwnDeal):
        ask_question(step, by=cast.henrik, to=cast.arjun, text="Who pays for the third site?")
    with pytest.raises(OwnDeal):
        claim(step, by=cast.henrik)
    assert digest() == before
