"""Each verb of the desk in each state a step can have: allowed, or refused with nothing changed."""

from collections.abc import Callable

import pytest
import time_machine

from approvals.extend import extend
from approvals.models import Decision, Step
from approvals.override import override
from approvals.reassign import reassign
from approvals.submit import submit
from base.errors import WrongState
from tests.approvals.desk_verbs import MONDAY, WHY, everything, let_override
from tests.brandt import make_brandt, step_of
from tests.cast import Cast

Status = Step.Status
Verb = Callable[[Step, Cast], object]
VERBS: dict[str, Verb] = {
    "reassign": lambda step, cast: reassign(step, by=cast.ines, to=cast.dana, reason=WHY),
    "extend": lambda step, cast: extend(step, by=cast.ines, minutes=60, reason=WHY),
    "override": lambda step, cast: override(
        step,
        by=let_override(cast.ines),
        verdict=Decision.Verdict.AGREE,
        reason=WHY,
        seen=step.terms_hash,
    ),
}
ALLOWED = {
    ("reassign", Status.OPEN),
    ("reassign", Status.UNROUTABLE),
    ("extend", Status.OPEN),
    ("override", Status.OPEN),
}


@pytest.fixture
def step(cast: Cast) -> Step:
    with time_machine.travel(MONDAY, tick=False):
        return step_of(submit(make_brandt(cast), by=cast.maya), "finance")


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_in_a_state(step: Step, cast: Cast, verb: str, status: Status) -> None:
    Step.objects.filter(pk=step.pk).update(status=status)
    let_override(cast.ines)
    before = everything()
    if (verb, status) in ALLOWED:
        VERBS[verb](step, cast)
        assert everything() != before
    else:
        word = Status(status).label.lower()
        with pytest.raises(WrongState, match=f"Finance Director: {word}"):
            VERBS[verb](step, cast)
        assert everything() == before
