"""Absences in each of their states, and deadlines that other working hours would move: as scenes."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta

from django.db import transaction

from approvals.absence import Window, end_absence, set_absence
from approvals.deadlines import moves_of
from approvals.models import Intervention, Step
from approvals.recompute import recompute
from base import clock
from people.models import Absence, FunctionCalendar
from tests.approvals.machine.scenes import Scene

DAY = timedelta(days=1)
LEAVE = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//calendar//EN\r
BEGIN:VEVENT\r
UID:leave@helio.example\r
DTSTART;VALUE=DATE:%s\r
DTEND;VALUE=DATE:%s\r
SUMMARY:Out of office\r
X-MICROSOFT-CDO-BUSYSTATUS:OOF\r
END:VEVENT\r
END:VCALENDAR\r
"""


def next_week() -> Window:
    return Window(clock.now() + 7 * DAY, clock.now() + 14 * DAY)


def leave_by_calendar() -> bytes:
    days = (clock.today() + 30 * DAY, clock.today() + 33 * DAY)
    return LEAVE % tuple(f"{day:%Y%m%d}".encode() for day in days)


def planned(scene: Scene) -> Absence:
    return set_absence(scene.cast.henrik, next_week(), by=scene.cast.henrik, delegate=scene.cast.dana)


def ended(scene: Scene) -> Absence:
    return end_absence(planned(scene), by=scene.cast.henrik)


def over(scene: Scene) -> Absence:
    found, ends = planned(scene), clock.now() - DAY
    Absence.objects.filter(pk=found.pk).update(starts=ends - DAY, ends=ends)
    return found


ABSENCES: Mapping[str, Callable[[Scene], Absence]] = {"planned": planned, "ended": ended, "over": over}


@transaction.atomic
def under_other_hours(scene: Scene, step: Step) -> Intervention:
    """Move its deadline to where nearly the whole day is worked."""
    FunctionCalendar.objects.filter(function=step.function).update(opens=time(1), closes=time(23))
    moves = moves_of(Step.objects.filter(pk=step.pk), clock.now())
    seen = moves[0].print if moves else ""
    return recompute(step, by=scene.cast.ines, reason="Other hours.", seen=seen)
