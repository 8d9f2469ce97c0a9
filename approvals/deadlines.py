"""Where deadlines would lie by the working hours and the quarter end that hold now. Changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from approvals.haste import allowance_under, haste_at
from approvals.models import Step
from base import canonical, worktime
from base.worktime import Calendar
from guardrails.models import QuarterEnd
from people.models import FunctionCalendar

SCANNED = 5000  # open steps that are looked at, the next due first


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds at `at` for each function: its working hours, and the quarter end it is in."""

    at: datetime
    hours: Mapping[str, Calendar]
    quarter_ends: Mapping[str, QuarterEnd] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """The deadline of one running clock, from `before` to `after`. `shift`: working minutes that the change
    to `quarter_end` gives or takes. `overdue`: it would be late at once, though it is not now."""

    step: Step
    before: datetime
    after: datetime
    shift: int
    quarter_end: QuarterEnd | None
    overdue: bool

    @property
    def earlier(self) -> bool:
        return self.after < self.before

    @property
    def said(self) -> list[Any]:
        return [self.step.pk, self.step.run, self.after, self.overdue]

    @property
    def print(self) -> str:
        """The same as long as this step would move like this."""
        return canonical.digest(canonical.dumps(self.said))


def print_of(moves: Iterable[Move]) -> str:
    """The same as long as these steps, no others, would move like this."""
    return canonical.digest(canonical.dumps([move.said for move in moves]))


def holding(at: datetime) -> Hold:
    """Two queries; two more while a quarter end is on."""
    hours = {row.function: row.calendar() for row in FunctionCalendar.objects.all()}
    return Hold(at, hours, haste_at(at).quarter_ends)


def moves_of(steps: QuerySet[Step], at: datetime) -> tuple[Move, ...]:
    """Those of `steps` whose deadline is not where it would be if their clock had started under what holds
    now, the next due first. Only a running clock has one that moves: what is paused, returned or waits for
    people starts anew under what holds then."""
    running = steps.filter(status=Step.Status.OPEN, clock_from__isnull=False, due_at__isnull=False)
    related = running.select_related("deal__account", "request__revision", "quarter_end")
    found = related.prefetch_related("request__version").order_by("due_at", "pk")[:SCANNED]
    return moved(list(found), holding(at))


def moved(steps: Sequence[Step], hold: Hold) -> tuple[Move, ...]:
    moves = (move_of(step, hold) for step in steps)
    return tuple(move for move in moves if move)


def move_of(step: Step, hold: Hold) -> Move | None:
    """None when it stays where it is, when it is late and would be late all the same, and while its clock
    stands still."""
    if step.clock_from is None or step.due_at is None:
        return None
    quarter_end = hold.quarter_ends.get(step.function)
    shift = shift_of(step, quarter_end)
    after = worktime.add(hold.hours[step.function], step.clock_from, max(0, step.remaining + shift))
    late = max(after, step.due_at) <= hold.at
    if late or (after == step.due_at and not shift):
        return None
    return Move(step, step.due_at, after, shift, quarter_end, overdue=after <= hold.at < step.due_at)


def shift_of(step: Step, now: QuarterEnd | None) -> int:
    """Working minutes more (less: negative) that the level holding it has under the quarter end of now than
    under the one it opened in. What the desk added to this one step stays added."""
    if now == step.quarter_end:
        return 0
    under = [allowance_under(step, each, step.held_level) for each in (step.quarter_end, now)]
    return under[1] - under[0]
