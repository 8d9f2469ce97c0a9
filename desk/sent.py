"""What is said to the seller once an ask is sent: who answers, by when."""

from zoneinfo import ZoneInfo

from approvals.models import Request, Step
from base import clock
from base.format import moment
from desk.acting_for import both
from desk.phrases import listed, of_them


def sent_words(request: Request) -> str:
    """ "Revision 1 is sent. Henrik Sørensen answers by tomorrow 12:00, Tomás Rivera by tomorrow 17:00." """
    number = request.revision.number
    steps = request.steps.prefetch_related("assignments__user", "assignments__principal")
    if request.status == Request.Status.GRANTED:
        return f"Revision {number} needs nobody: the mandate is granted."
    asked = [step for step in steps if step.status == Step.Status.OPEN]
    stuck = [step.level_name for step in steps if step.status == Step.Status.UNROUTABLE]
    said = [f"Revision {number} is sent."]
    if asked:
        answers = listed([answer(step, request) for step in asked])
        said.append(f"{answers}.".replace(" by ", " answers by ", 1))
    if stuck:
        said.append(f"Nobody can sign as {listed(stuck)} yet: it stands in the queue as such.")
    return " ".join(said)


def answer(step: Step, request: Request) -> str:
    people = [both(each.user, each.principal) for each in step.assignments.all() if each.ended_at is None]
    zone = ZoneInfo(request.submitted_by.timezone)
    return f"{of_them(sorted(people), step.needed)} by {moment(step.due_at, clock.now(), zone)}"
