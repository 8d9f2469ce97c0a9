"""What the clock of a step shows now: from `due_at` and the working hours of its function, nowhere else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from approvals.models import Step
from base import clock, worktime
from base.format import hour, minutes, moment, whole_day
from base.words import mark, say
from base.worktime import Calendar
from guardrails.policy import Policy
from people.models import Function, FunctionCalendar, User

NOBODY = mark("Nobody to ask")
STANDING_STILL = {
    Step.Status.RETURNED: mark("With seller"),
    Step.Status.UNROUTABLE: NOBODY,
    Step.Status.PAUSED: mark("Paused"),
    Step.Status.PLANNED: mark("Not asked yet"),
}


@dataclass(frozen=True, slots=True)
class Now:
    """This instant, as one reader's wall clock shows it, and everybody's working hours."""

    at: datetime
    zone: tzinfo
    calendars: Mapping[str, Calendar]

    @property
    def local(self) -> datetime:
        return self.at.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The company's day."""
        return clock.date_of(self.at)

    @property
    def words(self) -> str:
        """ "Thursday 11 June, 11:30"."""
        return f"{whole_day(self.local.date())}, {hour(self.local)}"

    def moment(self, at: datetime | None) -> str:
        return moment(at, self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Clock:
    """`left`: working minutes until an answer is due, negative when overdue, None while it stands still.

    `due`: when that is, in the reader's words. `paused`: why it stands still; empty while it runs. `whose`:
    of which function the working hours are.
    """

    left: int | None
    allowance: int = 0
    due_at: datetime | None = None
    due: str = ""
    paused: str = ""
    overdue: bool = False
    whose: str = ""

    @property
    def words(self) -> str:
        """ "4 h 50 m left", "over by 1 h 05 m", "With seller"."""
        if self.left is None:
            return self.paused
        if self.overdue:
            return say("over by {time}", time=minutes(-self.left))
        return say("{time} left", time=minutes(self.left))


def now_for(user: User) -> Now:
    """The present of one reader. One query."""
    hours = {row.function: row.calendar() for row in FunctionCalendar.objects.all()}
    return Now(at=clock.now(), zone=ZoneInfo(user.timezone), calendars=hours)


def clock_of(step: Step, now: Now) -> Clock:
    """The clock of one step. Its function must have working hours while it is open: KeyError otherwise."""
    if step.status != Step.Status.OPEN or step.due_at is None:
        word = STANDING_STILL.get(Step.Status(step.status))
        return Clock(None, step.allowance, paused=say(word) if word else str(step.get_status_display()))
    return Clock(
        left=worktime.between(now.calendars[step.function], now.at, step.due_at),
        allowance=step.allowance,
        due_at=step.due_at,
        due=now.moment(step.due_at),
        overdue=step.due_at < now.at,
        whose=str(Function(step.function).label),
    )


def next_due(steps: Iterable[Step]) -> Step | None:
    """The open step that must be answered first."""
    running = [(step.due_at, step.pk, step) for step in running_of(steps) if step.due_at]
    return min(running)[2] if running else None


def last_due(steps: Iterable[Step]) -> Step | None:
    """The open step that may be answered last: then everybody asked now has answered."""
    running = [(step.due_at, step.pk, step) for step in running_of(steps) if step.due_at]
    return max(running)[2] if running else None


def running_of(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if step.status == Step.Status.OPEN]


def next_clock(steps: Iterable[Step], now: Now) -> Clock | None:
    """The clock of a whole request: the first answer due, else why nothing runs. None: nothing is open."""
    every = list(steps)
    if first := next_due(every):
        return clock_of(first, now)
    for status in (Step.Status.UNROUTABLE, Step.Status.RETURNED, Step.Status.PAUSED):
        if still := next((step for step in every if step.status == status), None):
            return clock_of(still, now)
    return None


def holder(step: Step, policy: Policy) -> str:
    """The level whose people hold the step now, after any hand-over: "Finance Director"."""
    return policy.level_name(step.function, step.held_level)


def moved_from(step: Step) -> str:
    """The level that let its time run out, or nothing: "Finance Manager"."""
    return step.level_name if step.held_level > step.level else ""
