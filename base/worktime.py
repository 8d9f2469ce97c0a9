"""Working time: minutes that count while a calendar is open. Pure; instants are aware and come back in UTC.

A window of 09:00 to 17:00 means the wall clock of the calendar's zone. Where the clock jumps, real minutes
count: a window over the skipped hour is an hour shorter, one over the repeated hour an hour longer. A time of
day that is skipped means the instant of the jump; one that comes twice means the first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = time(0)

Hours = tuple[tuple[time, time], ...]
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a function works. `hours`: ISO weekday (1 Monday … 7 Sunday) → windows in order; one that ends
    00:00 ends at the day's end. Nothing is open on `holidays`. A date in `special` has the windows it has
    there, whatever its weekday has, and holiday or not."""

    zone: ZoneInfo
    hours: Mapping[int, Hours]
    holidays: frozenset[date] = field(default_factory=frozenset)
    special: Mapping[date, Hours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(self.hours.values()):
            raise ValueError(f"a calendar must be open at some time, got {dict(self.hours)}")
        if wrong := [weekday for weekday in self.hours if weekday not in range(1, 8)]:
            raise ValueError(f"weekdays are 1 (Monday) to 7 (Sunday), got {wrong}")
        for windows in (*self.hours.values(), *self.special.values()):
            refuse_disorder(windows)

    def windows(self, day: date) -> Iterator[Window]:
        """The open windows that begin on `day`, as instants in UTC, in order; none is empty."""
        usual = () if day in self.holidays else self.hours.get(day.isoweekday(), ())
        for opens, closes in self.special.get(day, usual):
            start = instant(day, opens, self.zone)
            end = instant(day if closes != MIDNIGHT else day + DAY, closes, self.zone)
            if start < end:
                yield start, end


def weekly(
    zone: ZoneInfo, *, workdays: str, opens: time, closes: time, holidays: frozenset[date] = frozenset()
) -> Calendar:
    """The same window on each of `workdays`, written as ISO digits: "12345" is Monday to Friday."""
    return Calendar(zone, {int(digit): ((opens, closes),) for digit in workdays}, holidays)


def add(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """The first instant at which `minutes` working minutes have passed since `at`; `at` itself for 0.

    `between(calendar, at, add(calendar, at, m)) == m`. Raises ValueError for a negative number.
    """
    if minutes < 0:
        raise ValueError(f"working minutes to add must not be negative, got {minutes}")
    here, left = aware(at), minutes * MINUTE
    if not left:
        return here
    for start, end in open_from(calendar, here):
        if left <= end - start:
            return start + left
        left -= end - start
    raise ValueError(f"{minutes} working minutes after {at} lie past the last date there is")


def between(calendar: Calendar, a: datetime, b: datetime) -> int:
    """Whole working minutes from `a` to `b`, rounded down; negative when `b` is before `a`."""
    start, end = aware(a), aware(b)
    if end < start:
        return -between(calendar, b, a)
    worked = timedelta()
    for opens, closes in open_from(calendar, start):
        if opens >= end:
            break
        worked += min(closes, end) - opens
    return worked // MINUTE


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """`at` while the calendar is open, else the next instant at which it opens."""
    return next(open_from(calendar, aware(at)))[0]


def open_from(calendar: Calendar, at: datetime) -> Iterator[Window]:
    """Every open stretch at or after `at`, the first one cut to begin no earlier than `at`."""
    day = at.astimezone(calendar.zone).date()
    while day < date.max - DAY:
        for start, end in calendar.windows(day):
            if end > at:
                yield max(start, at), end
        day += DAY


@lru_cache(maxsize=4096)
def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock of `zone` has reached `clock` on `day`, in UTC."""
    wall = datetime.combine(day, clock, zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return jump(wall.replace(fold=1).astimezone(UTC), found, zone)


def jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the offset of `zone` changes, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def refuse_disorder(windows: Hours) -> None:
    points = [point for window in windows for point in window]
    if points[-1:] == [MIDNIGHT]:
        points[-1] = time.max
    if points != sorted(points) or any(opens == closes for opens, closes in windows if closes != MIDNIGHT):
        raise ValueError(f"windows must be in order and not overlap, got {windows}")


def aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its zone, got {at!r}")
    return at.astimezone(UTC)
