"""The clock moved over the end of a year and over both changes of the hour, on and sometimes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from approvals.assign import hours_of
from approvals.models import Step
from base import clock, worktime
from ledger.models import Effect
from ledger.sweep import sweep
from tests.faults.run import Run, newest
from tests.faults.tally import Part

ZONE = ZoneInfo("Europe/Berlin")  # of every function's hours
BEFORE, AFTER = timedelta(days=2), timedelta(days=3)
STRIDE = timedelta(hours=6)
DEALS = 2  # one whose steps are handed over, one whose people are reminded


def clock_changes(run: Run) -> datetime:
    """In this process, which alone has another time; the machine's clock stays. The last instant."""
    before, at, count = newest(), clock.now(), 0
    Effect.objects.filter(state=Effect.State.PENDING).update(state=Effect.State.CANCELLED)  # of other parts
    for change in changes(at):
        at = change - BEFORE
        with clock.standing_at(at):
            run.deals += run.multiply(DEALS)
        while at < change + AFTER:
            for moment in (at, at - timedelta(hours=1), at):
                with clock.standing_at(moment):
                    sweep(moment)
            at += STRIDE
        count += 1
    run.parts.append(Part("clock over a year end and changes of the hour", count, 0, before, newest()))
    return at


def changes(since: datetime) -> Iterator[datetime]:
    """Midnight before each change of the hour and each new year, in the year that follows."""
    day = datetime(since.year, since.month, since.day, tzinfo=UTC) + BEFORE + timedelta(days=1)
    for _ in range(366):
        there, next_ = day.astimezone(ZONE), (day + timedelta(days=1)).astimezone(ZONE)
        if there.utcoffset() != next_.utcoffset() or there.year != next_.year:
            yield day
        day += timedelta(days=1)


def wrong_deadlines() -> list[str]:
    """Steps handed over whose deadline is not their allowance in the working hours of their function."""
    moved = Step.objects.filter(status=Step.Status.OPEN, run__gt=1, clock_from__isnull=False)
    found = []
    for step in moved:
        hours = hours_of(step.function)[step.function]
        if step.clock_from and step.due_at:
            minutes = worktime.between(hours, step.clock_from, step.due_at)
            if minutes != step.remaining:
                found.append(f"step {step.pk} has {minutes} working minutes, not {step.remaining}")
    return found
