"""People going on leave, and whose open work it is meanwhile."""

from datetime import UTC, datetime, timedelta

import time_machine

from approvals.absence import Window, set_absence
from approvals.models import Step
from ledger.sweep import sweep
from people.models import Absence, User

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
MORNING = MONDAY - timedelta(hours=10)  # the day's first instant there
WEEK = Window(MORNING, MORNING + timedelta(days=7))
UNTIL = "is away until 15 June and nobody stands in"


def leave(
    user: User,
    delegate: User | None = None,
    window: Window = WEEK,
    *,
    by: User | None = None,
    function: str = "",
) -> Absence:
    return set_absence(user, window, by=by or user, delegate=delegate, function=function)


def sweep_at(at: datetime) -> None:
    """Until nothing is due."""
    with time_machine.travel(at, tick=False):
        while sweep(at):
            pass


def work(step: Step) -> list[tuple[str, str]]:
    """Who acts, and for whom, by their first names."""
    rows = step.assignments.filter(ended_at=None).select_related("user", "principal").order_by("user__name")
    return [
        (row.user.name.split()[0], row.principal.name.split()[0] if row.principal else "") for row in rows
    ]
