"""More time to answer: the deal desk moves a deadline."""

from django.db import transaction

from approvals.assign import start_clocks, stop_clock
from approvals.intervene import (
    asked_of,
    facts_of,
    locked,
    refuse_outsider,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Intervention, Step
from approvals.tell import tell
from base import clock
from base.errors import Invalid
from base.words import say
from ledger.effects import ring
from ledger.record import record
from people.models import User

MOST = 80 * 60  # working minutes at once: two weeks of eight hours a day


@transaction.atomic
def extend(step: Step, *, by: User, minutes: int, reason: str) -> Intervention:
    """Add working minutes to what is left to answer `step`; from an overdue one they count from now on.
    Whoever is asked is told; reminder and hand-over follow the new deadline.

    Raises NotYours (not of the desk), OwnDeal, WrongState, Invalid. After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_extend(step, by=by, minutes=minutes, reason=reason)
    stop_clock(step, at=at)
    step.remaining += minutes
    step.allowance += minutes
    step.run += 1
    start_clocks([step], at=at)
    step.save()
    for user in asked_of(step):
        tell("extended", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.EXTEND, by=by, minutes=minutes, reason=reason.strip(), at=at
    )
    facts = {**facts_of(said), "minutes": minutes, "due_at": step.due_at}
    record(step.deal.stream, "step.extended", by=by, at=at, **facts)
    ring()
    return said


def refuse_extend(step: Step, *, by: User, minutes: int, reason: str) -> None:
    """All that stands against it, without changing anything."""
    refuse_outsider(step, by)
    refuse_wordless(reason)
    if not 0 < minutes <= MOST:
        raise Invalid(
            say("Between one minute and {hours} working hours can be added at once.", hours=MOST // 60),
            field="minutes",
        )
    refuse_state(step, Step.Status.OPEN)
