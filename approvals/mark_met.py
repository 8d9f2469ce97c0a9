"""Marking a task met: only the function that asked for it, and only on evidence."""

from datetime import datetime

from django.db import transaction

from approvals.conditions import timers_of
from approvals.evidence import Shown, keep, locked, may_mark, refuse_ended
from approvals.models import Condition
from approvals.told_in_return import about_task, write_to
from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from deals.files import unless_kept
from deals.models import Deal
from ledger.effects import cancel, ring
from ledger.record import record
from people.models import User


@transaction.atomic
def mark_met(condition: Condition, *, by: User, evidence: Shown | None = None) -> Condition:
    """The task was done: its limits stay. `evidence` is needed where nothing was handed in before.

    Raises NotYours (another function, or the deal's own side), WrongState (met or lapsed already, naming who
    and when), Invalid (no evidence). After a refusal nothing has changed."""
    at = clock.now()
    with unless_kept() as copies:
        condition, deal = locked(condition)
        refuse_others(condition, deal, by, at=at)
        refuse_ended(condition, at=at)
        if evidence:
            keep(condition, deal, by=by, shown=evidence, at=at, copies=copies)
        elif not condition.evidence.exists():
            raise Invalid(say("Say what shows that it was done, or choose a file."), field="text")
        condition.met_at, condition.met_by = at, by
        condition.save()
        cancel(timers_of(condition))
        record(deal.stream, "condition.met", by=by, at=at, condition=condition.pk)
        for user in {condition.owner, deal.owner} - {by}:
            if user:
                write_to(user, "met", about_task(condition, deal, by=by), at=at)
        ring()
    return condition


def refuse_others(condition: Condition, deal: Deal, by: User, *, at: datetime) -> None:
    if not may_mark(condition, deal, by, at=at):
        function = condition.decision.step.request.version.policy.function(condition.decision.function).name
        raise NotYours(say("{function} asked for this and says when it is met.", function=function))
