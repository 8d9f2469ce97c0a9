"""When people are written to: not in their quiet hours, and once a day at an hour of theirs. Pure.

By the clock on the wall of a zone, so that a night stays a night when the clocks change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` until `end`, over midnight when that comes before. Raises ValueError if they are one."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError(f"quiet hours that begin when they end, at {self.start:%H:%M}")

    def holds(self, wall: time) -> bool:
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end


def awake(at: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """`at`, or the end of the quiet hours that it lies in, in UTC."""
    if quiet is None or not quiet.holds(at.astimezone(zone).time()):
        return at
    return coming(at, quiet.end, zone)


def coming(at: datetime, wall: time, zone: ZoneInfo) -> datetime:
    """The first instant after `at` when the clock on the wall shows `wall`, in UTC. In a night that leaves
    that out, as much later; in one that has it twice, whichever comes first."""
    day = at.astimezone(zone).date()
    for each in (day, day + DAY, day + 2 * DAY):
        for instant in instants(each, wall, zone):
            if instant > at:
                return instant
    raise ValueError(f"{wall:%H:%M} never comes after {at}")


def instants(day: date, wall: time, zone: ZoneInfo) -> list[datetime]:
    """When the clock shows `wall` on that day: once, or twice where the clocks go back."""
    both = [datetime.combine(day, wall.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1)]
    shown = [instant for instant in both if instant.astimezone(zone).time() == wall.replace(fold=0)]
    return sorted(set(shown)) or both[:1]
