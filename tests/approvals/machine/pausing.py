"""The desk pauses a step, lets it go on, and reminds who is asked: as acts of a story, and as scenes."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from hypothesis import strategies as st

from approvals.models import Step
from approvals.nudge import nudge
from approvals.pause import pause, pause_all, resume
from tests.approvals.machine.acting import Act, places
from tests.approvals.machine.desking import WHY, desk, named
from tests.approvals.machine.scenes import Scene, paused
from tests.approvals.machine.teller import Teller


def pauses(teller: Teller, place: int, by: str, days: int, whole: bool) -> None:
    if step := teller.step(place):
        actor = teller.person(by)
        until = teller.at + timedelta(days=days) if days else None
        verb = (
            (lambda: pause_all(step.request, by=actor, reason=WHY, until=until))
            if whole
            else lambda: pause(step, by=actor, reason=WHY, until=until)
        )
        what = "all that is open beside" if whole else ""
        teller.act(f"{actor.name} pauses {what} {named(step)} for {days or 'any number of'} days", verb)


def resumes(teller: Teller, place: int, by: str) -> None:
    if step := teller.step(place):
        actor = teller.person(by)
        teller.act(f"{actor.name} lets {named(step)} go on", lambda: resume(step, by=actor))


def nudges(teller: Teller, place: int, by: str) -> None:
    if step := teller.step(place):
        actor = teller.person(by)
        teller.act(f"{actor.name} reminds whoever is asked as {named(step)}", lambda: nudge(step, by=actor))


PAUSING = {
    "pauses": Act(
        pauses,
        2,
        {"place": places, "by": desk, "days": st.sampled_from([0, 1, 5, 0]), "whole": st.booleans()},
    ),
    "resumes": Act(resumes, 2, {"place": places, "by": desk}),
    "nudges": Act(nudges, 1, {"place": places, "by": desk}),
}


def paused_by_the_desk(scene: Scene) -> Step:
    step = scene.finance()
    pause(step, by=scene.cast.ines, reason=WHY)
    return step


PAUSES: Mapping[str, Callable[[Scene], Step]] = {
    "open": Scene.finance,
    "waits for an answer": paused,
    "paused by the desk": paused_by_the_desk,
    "agreed": lambda scene: scene.finance("agrees"),
}
