"""Stretches of days that a report covers. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from base.words import say

QUARTER = 3  # months
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included."""

    key: str
    name: str
    first: date
    last: date


def periods(today: date) -> tuple[Period, ...]:
    """The quarter of `today`, the one before, and the twelve months that end today."""
    begun = quarter_start(today)
    before = quarter_start(begun - DAY)
    return (
        Period("quarter", say("This quarter"), begun, quarter_start(begun + 100 * DAY) - DAY),
        Period("last", say("Last quarter"), before, begun - DAY),
        Period("year", say("12 months"), year_before(today) + DAY, today),
    )


def quarter_start(day: date) -> date:
    """The first day of its calendar quarter."""
    return date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1)


def year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
