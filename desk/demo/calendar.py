"""When things happen at Helio GmbH: most at the ends of quarters, little in August."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from base import clock, worktime

MONTH = (0.75, 0.85, 1.3, 0.8, 0.9, 1.35, 0.7, 0.5, 1.3, 0.85, 1.0, 1.5)  # how many deals end in it
SATURDAY = 5
DAY = timedelta(days=1)


def signing_days(random: Random, first: date, last: date, count: int) -> list[date]:
    """`count` days on which deals end, in order."""
    days = [first + DAY * place for place in range((last - first).days + 1)]
    return sorted(random.choices(days, [weight(day) for day in days], k=count))


def weight(day: date) -> float:
    if day.weekday() >= SATURDAY:
        return 0
    left = (quarter_end(day) - day).days
    bunch = 5 if left <= 3 else 2.6 if left <= 10 else 1
    return MONTH[day.month - 1] * bunch


def quarter_end(day: date) -> date:
    month = 3 * ((day.month - 1) // 3 + 1)
    return date(day.year + month // 12, month % 12 + 1, 1) - DAY


def hour_of(random: Random, day: date, hours: Sequence[int] = range(9, 17)) -> datetime:
    """A moment of an office day; of the Friday before when `day` is at a weekend."""
    back = max(0, day.weekday() - SATURDAY + 1)
    at = time(random.choice(hours), random.randrange(60))
    return datetime.combine(day - DAY * back, at, tzinfo=clock.company_zone())


def office() -> worktime.Calendar:
    """In which people answer: no public holidays, some work through them."""
    return worktime.weekly(clock.company_zone(), workdays="12345", opens=time(9), closes=time(17, 30))
