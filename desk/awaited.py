"""When the answers to an open request are expected, or who is late, and what stands in the way."""

from collections.abc import Iterator, Sequence

from approvals.models import Request, Step
from base.words import say
from desk.clocks import holder
from desk.expecting import expecting
from desk.head import Room
from desk.phrases import listed
from guardrails.policy import Policy
from insights.expected import expected_of_steps

Status = Step.Status


def expected(request: Request, room: Room) -> str:
    """ "Answer expected by today 16:20."; level by level where somebody is late; nothing once over."""
    if request.status != Request.Status.OPEN:
        return ""
    steps, policy = list(request.steps.all()), request.version.policy
    states = {step.status for step in steps}
    if Status.RETURNED in states:
        return say("Changes are asked: the ball is with the seller.")
    if Status.UNROUTABLE in states:
        return " ".join([nobody(steps, policy), *each(steps, policy, room)])
    if Status.PAUSED in states:
        return say("Paused, or a question waits for its answer.")
    found = expected_of_steps(steps, room.now.calendars, room.now.at)
    if found is None or any(late(step, room) for step in steps):
        return " ".join(each(steps, policy, room))
    told = expecting(found, room.deal.wanted_signature, room.now.at, room.now.zone)
    return f"{say('Answer expected {when}.', when=told.words)} {told.late}".strip()


def nobody(steps: Sequence[Step], policy: Policy) -> str:
    """Which levels nobody can be asked at, and whose that is."""
    names = [holder(step, policy) for step in steps if step.status == Status.UNROUTABLE]
    return say(
        "Nobody can be asked as {levels}: the deal desk finds somebody.",
        levels=listed(list(dict.fromkeys(names))),
    )


def each(steps: Sequence[Step], policy: Policy, room: Room) -> Iterator[str]:
    """Of everybody who is asked now: until when they have, or since when they are late."""
    for step in steps:
        if step.status != Status.OPEN or step.due_at is None:
            continue
        level, moment = holder(step, policy), room.now.moment(step.due_at)
        if late(step, room):
            yield say("{level} should have answered by {moment}.", level=level, moment=moment)
        else:
            yield say("{level} has until {moment}.", level=level, moment=moment)


def late(step: Step, room: Room) -> bool:
    return step.status == Status.OPEN and step.due_at is not None and step.due_at < room.now.at
