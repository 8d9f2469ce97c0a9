"""Follows "decision.made": one row for each step that people answered, with the working time it took."""

from approvals.models import Decision
from base import worktime
from insights.models import Answered
from ledger.follow import hears
from ledger.models import Event
from people.models import FunctionCalendar


@hears("decision.made")
def time_answer(event: Event) -> None:
    """Keep how long a step took from its opening to its last verdict, in the hours its function has now. The
    same event again gives the same row again; of several verdicts on one step the last counts.

    Nothing is kept of what the desk decided in place of those asked, and of a function without hours."""
    decision = Decision.objects.select_related("step").get(pk=event.facts["decision"])
    step = decision.step
    hours = FunctionCalendar.objects.filter(function=step.function).first()
    if decision.overridden or step.opened_at is None or hours is None:
        return
    if not Answered.objects.filter(step=step, answered_at__gt=decision.at).exists():
        minutes = worktime.between(hours.calendar(), step.opened_at, decision.at)
        told = {
            "function": step.function,
            "level": step.level,
            "minutes": minutes,
            "answered_at": decision.at,
        }
        Answered.objects.update_or_create(step=step, defaults=told)
