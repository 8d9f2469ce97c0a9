"""Who may do what to a step or a hold, row by row: the guards that no other test takes notice of."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from approvals.claim import claim
from approvals.decide import Ruling
from approvals.decide_all import Said, decide_all
from approvals.errors import NotAsked
from approvals.extend import extend
from approvals.hold import hold, release
from approvals.models import Decision, Hold, Question, Step
from approvals.question import ask_question, take_back
from approvals.submit import submit
from base.errors import NotYours, WrongState
from deals.models import Deal
from people.models import Authority
from tests.approvals.desk_verbs import WHY
from tests.approvals.machine.state import digest
from tests.brandt import ask_offer_5, grant_brandt, rule, step_of
from tests.cast import APPOINTED, Cast

AGREE = Ruling(verdict=Decision.Verdict.AGREE)


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def asks(step: Step, cast: Cast, who: str) -> object:
    return ask_question(step, by=getattr(cast, who), to=cast.arjun, text="Who pays for the third site?")


REFUSED: dict[str, tuple[type[Exception], Callable[[Step, Hold, Cast], object]]] = {
    "who decides above but was not asked asks nothing": (NotAsked, lambda s, h, cast: asks(s, cast, "dana")),
    "nobody in particular holds nothing": (NotYours, lambda s, h, cast: hold(s.request, reason="Wait.")),
    "nobody in particular releases nothing": (NotYours, lambda s, h, cast: release(h, by=None, note="So.")),
}


@pytest.mark.parametrize("words", REFUSED)
def test_it_is_refused(step: Step, cast: Cast, words: str) -> None:
    held = hold(step.request, reason="The insurer.", by=cast.ines)
    error, act = REFUSED[words]
    before = digest()
    with pytest.raises(error):
        act(step, held, cast)
    assert digest() == before


def test_who_lost_the_authority_after_being_asked_takes_nothing_and_asks_nothing(
    step: Step, cast: Cast
) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    before = digest()
    for act in (lambda: claim(step, by=cast.henrik), lambda: asks(step, cast, "henrik")):
        with pytest.raises(NotAsked):
            act()
    assert digest() == before


def test_who_left_the_desk_does_nothing_for_it(step: Step, cast: Cast) -> None:
    held = hold(step.request, reason="The insurer.", by=cast.ines)
    cast.ines.is_active = False
    cast.ines.save()
    before = digest()
    for act in (
        lambda: hold(step.request, reason="The bank.", by=cast.ines),
        lambda: release(held, by=cast.ines, note="Settled."),
        lambda: extend(step, by=cast.ines, minutes=60, reason=WHY),
    ):
        with pytest.raises(NotYours):
            act()
    assert digest() == before


def test_another_of_those_who_are_asked_takes_a_question_back(brandt: Deal, cast: Cast) -> None:
    Authority.objects.create(user=cast.priya, function="finance", level=2, since=APPOINTED)
    step = step_of(submit(brandt, by=cast.maya), "finance")
    question = ask_question(step, by=cast.henrik, to=cast.arjun, text="Who pays for the third site?")
    assert take_back(question, by=cast.priya).status == Question.Status.TAKEN_BACK


def test_steps_of_two_requests_are_not_decided_on_one_screen(step: Step, cast: Cast) -> None:
    other = step_of(submit(ask_offer_5(step.deal, cast), by=cast.maya), "finance")
    said = [Said(each, AGREE, each.terms_hash) for each in (step, other)]
    before = digest()
    with pytest.raises(ValueError, match="not different steps of one request"):
        decide_all(said, by=cast.henrik)
    assert digest() == before


def test_a_kept_answer_that_ran_out_holds_up_the_last_release_alone(brandt: Deal, cast: Cast) -> None:
    first = grant_brandt(brandt, cast)
    again = submit(ask_offer_5(brandt, cast), by=cast.maya)
    later = first.expires_at + timedelta(hours=1)
    visit = hold(again, reason="The visit.", by=cast.ines)
    with time_machine.travel(later, tick=False):
        assert release(visit, by=cast.ines, note="Seen.").released_at  # Finance has not answered yet
    bank, insurer = (hold(again, reason=why, by=cast.ines) for why in ("The bank.", "The insurer."))
    rule(step_of(again, "finance"), cast.henrik)
    with time_machine.travel(later, tick=False):
        assert release(bank, by=cast.ines, note="Paid.").released_at  # one more is open
        with pytest.raises(WrongState, match="has run out meanwhile"):
            release(insurer, by=cast.ines, note="Signed.")
