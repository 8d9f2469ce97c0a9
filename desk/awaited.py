"""When the answers to an open request are expected, or who is late, and what stands in the way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from approvals.models import Request, Step
from base.words import say
from desk.clocks import Now, holder
from desk.expecting import expecting
from desk.head import Room
from desk.phrases import listed
from guardrails.policy import Policy
from insights.expected import expected_of_each
from insights.timing import Expected

Status = Step.Status
Foreseen = Mapping[int, Expected | None]


def expected(request: Request, room: Room) -> str:
    """ "Expect it by today 16:20."; level by level where somebody is late; nothing once over."""
    found = foreseen([request], room.now)
    return told(request, found, room.now, room.deal.wanted_signature)


def foreseen(requests: Iterable[Request], now: Now) -> Foreseen:
    """When the open ones of these will be answered, by their id. At most one query."""
    every = [request for request in requests if request.status == Request.Status.OPEN]
    found = expected_of_each([request.steps.all() for request in every], now.calendars, now.at)
    return {request.pk: one for request, one in zip(every, found, strict=True)}


def told(request: Request, foreseen: Foreseen, now: Now, wanted: date | None = None) -> str:
    """What is known of the answers to `request`; with `wanted` also why that is too late."""
    if request.status != Request.Status.OPEN:
        return ""
    steps, policy = list(request.steps.all()), request.version.policy
    states = {step.status for step in steps}
    if Status.RETURNED in states:
        return say("Changes are asked: the ball is with the seller.")
    if Status.UNROUTABLE in states:
        return " ".join([nobody(steps, policy), *each(steps, policy, now)])
    if Status.PAUSED in states:
        return say("Paused, or a question waits for its answer.")
    found = foreseen.get(request.pk)
    if found is None or any(late(step, now) for step in steps):
        return " ".join(each(steps, policy, now))
    answer = expecting(found, wanted, now.at, now.zone)
    return f"{answer.words} {answer.late}".strip()


def nobody(steps: Sequence[Step], policy: Policy) -> str:
    """Which levels nobody can be asked at, and whose that is."""
    names = [holder(step, policy) for step in steps if step.status == Status.UNROUTABLE]
    return say(
        "Nobody can be asked as {levels}: the deal desk finds somebody.",
        levels=listed(list(dict.fromkeys(names))),
    )


def each(steps: Sequence[Step], policy: Policy, now: Now) -> Iterator[str]:
    """Of everybody who is asked now: until when they have, or since when they are late."""
    for step in steps:
        if step.status != Status.OPEN or step.due_at is None:
            continue
        level, moment = holder(step, policy), now.moment(step.due_at)
        if late(step, now):
            yield say("{level} should have answered by {moment}.", level=level, moment=moment)
        else:
            yield say("{level} has until {moment}.", level=level, moment=moment)


def late(step: Step, now: Now) -> bool:
    return step.status == Status.OPEN and step.due_at is not None and step.due_at < now.at
