"""What is said to the seller once an ask is sent: who answers, by when."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from approvals.models import Request, Step
from base import clock
from base.format import moment
from base.words import mark, say
from desk.acting_for import both
from desk.phrases import listed, of_them


def sent_words(request: Request) -> str:
    """ "Revision 1 is sent. Henrik Sørensen answers by tomorrow 12:00, Tomás Rivera by tomorrow 17:00." """
    number = request.revision.number
    steps = request.steps.prefetch_related("assignments__user", "assignments__principal")
    if request.status == Request.Status.GRANTED:
        return say("Revision {number} needs nobody: the mandate is granted.", number=number)
    asked = [step for step in steps if step.status == Step.Status.OPEN]
    stuck = [step.level_name for step in steps if step.status == Step.Status.UNROUTABLE]
    said = [say("Revision {number} is sent.", number=number)]
    if asked:
        said.append(answers(asked, request))
    if stuck:
        said.append(
            say("Nobody can sign as {levels} yet: it stands in the queue as such.", levels=listed(stuck))
        )
    return " ".join(said)


def answers(asked: Sequence[Step], request: Request) -> str:
    rest = mark("{who} by {moment}")
    first, *others = asked
    every = [
        answer(mark("{who} answers by {moment}"), first, request),
        *(answer(rest, step, request) for step in others),
    ]
    return say("{answers}.", answers=listed(every))


def answer(words: str, step: Step, request: Request) -> str:
    people = [both(each.user, each.principal) for each in step.assignments.all() if each.ended_at is None]
    zone = ZoneInfo(request.submitted_by.timezone)
    due = moment(step.due_at, clock.now(), zone)
    return say(words, who=of_them(sorted(people), step.needed), moment=due)
