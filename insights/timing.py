"""When an answer may be expected, from how long answers took. Pure; instants come back in UTC."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from base import worktime
from base.worktime import Calendar

Level = tuple[str, int]  # function, rank


@dataclass(frozen=True, slots=True)
class Pace:
    """Working minutes: half of the answers of a level came within `median`, four of five within `most`.

    `answers`: of how many that is known."""

    median: int
    most: int
    answers: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """One step that has not ended. `stage` and `order` as in its plan; `allowance` in working minutes.

    `opened_at` and `due_at`: None while it is still planned."""

    function: str
    level: int
    stage: int
    order: int
    allowance: int
    opened_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """The last answer: `likely` when each takes its median, `safe` when each takes what four of five need.

    `known`: how many of the `asked` levels have a pace of their own; others count with their allowance."""

    likely: datetime
    safe: datetime
    known: int
    asked: int


def forecast(
    ahead: Sequence[Ahead],
    paces: Mapping[Level, Pace],
    hours: Mapping[str, Calendar],
    at: datetime,
) -> Expected | None:
    """When all have answered, as of `at`: functions side by side, the levels of a climb one after the other,
    a stage after the one before. None when nobody is asked, and when an open step is past its deadline and
    all that is usual: then nothing is known. KeyError for a function without working hours."""
    usual = {(one.function, one.level): pace_of(one, paces) for one in ahead}
    likely = last(ahead, {key: (pace.median, pace.most) for key, pace in usual.items()}, hours, at)
    safe = last(ahead, {key: (pace.most,) for key, pace in usual.items()}, hours, at)
    if likely is None or safe is None:
        return None
    return Expected(likely, safe, sum(key in paces for key in usual), len(usual))


def pace_of(step: Ahead, paces: Mapping[Level, Pace]) -> Pace:
    return paces.get((step.function, step.level)) or Pace(step.allowance, step.allowance, 0)


def last(
    ahead: Sequence[Ahead],
    minutes: Mapping[Level, tuple[int, ...]],
    hours: Mapping[str, Calendar],
    at: datetime,
) -> datetime | None:
    """When the last step is answered, if each takes the first of its `minutes` that has not passed."""
    answered: dict[str, datetime] = {}
    for stage in sorted({one.stage for one in ahead}):
        began = max(answered.values(), default=at)
        for step in in_order(one for one in ahead if one.stage == stage):
            start = at if step.opened_at else answered.get(step.function, began)
            found = answer_of(step, minutes[step.function, step.level], hours[step.function], start)
            if found is None:
                return None
            answered[step.function] = found
    return max(answered.values(), default=None)


def in_order(steps: Iterable[Ahead]) -> list[Ahead]:
    return sorted(steps, key=lambda step: step.order)


def answer_of(step: Ahead, minutes: Iterable[int], hours: Calendar, start: datetime) -> datetime | None:
    """Of a planned step from `start` on; of an open one from its opening, the first mark after `start`."""
    if step.opened_at is None:
        return worktime.add(hours, start, next(iter(minutes)))
    marks = [worktime.add(hours, step.opened_at, each) for each in minutes]
    if step.due_at:
        marks.append(step.due_at)
    return next((mark for mark in marks if mark > start), None)
