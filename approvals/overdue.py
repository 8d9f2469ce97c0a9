"""What nobody answered in time: the deal desk has it. Those asked may still answer."""

from datetime import datetime

from approvals.models import Step
from approvals.pools import holder_name
from approvals.tell import named
from ledger.record import record
from notices.message import Message
from notices.notify import notify
from people.models import User


def leave_with_desk(step: Step, *, at: datetime) -> None:
    """Put an open step whose time is gone into the queue of the desk, and tell it, once in a run. Nobody is
    released: whoever is asked keeps the right to answer until the desk gives it to somebody else."""
    if step.with_desk_since:
        return
    step.with_desk_since = at
    step.save(update_fields=["with_desk_since"])
    record(step.deal.stream, "step.overdue", by=None, at=at, step=step.pk, run=step.run)
    desk = User.objects.desk()
    notify([alert(step, user) for user in desk], at=at)


def alert(step: Step, user: User) -> Message:
    return Message(
        kind="overdue",
        user=user,
        stream=step.deal.stream,
        subject=f"Nobody answered in time: {named(step.deal)}",
        text=(
            f"{holder_name(step)} did not answer, and nobody is left to take over. They still may; else give "
            "it to somebody else, give more time, or decide it."
        ),
        path="/queue/?when=overdue",
        key=f"overdue:step:{step.pk}:{step.run}:{user.pk}",
    )
