"""The writing of base.format as filters: {% load fmt %} {{ deal.net|money:deal.currency }}."""

from datetime import date, datetime, time

from django import template
from django.utils import timezone

from base import clock
from base import format as written

register = template.Library()

for filter_ in (
    written.number,
    written.percent,
    written.points,
    written.times,
    written.count,
    written.days,
    written.weeks,
    written.months,
    written.signed,
    written.money,
    written.cents,
    written.short_money,
    written.file_size,
    written.minutes,
    written.hours,
    written.day,
    written.long_day,
):
    register.filter(filter_.__name__, filter_)


def local(at: datetime) -> datetime:
    return at.astimezone(timezone.get_current_timezone())


def day_of(when: date) -> date:
    """A day stays itself; of an instant it is the day on the reader's calendar."""
    return local(when).date() if isinstance(when, datetime) else when


@register.filter
def near_day(value: date | None) -> str:
    """As in "today", "tomorrow", "Thu 4 June", by the reader's calendar."""
    return written.near_day(value, local(clock.now()).date())


@register.filter
def moment(at: datetime | None) -> str:
    """As in "today 16:20", "Thu 4 June, 10:30", by the reader's clock."""
    return written.moment(at, clock.now(), timezone.get_current_timezone())


@register.filter
def clock_time(at: datetime | time | None) -> str:
    """As in "16:20", by the reader's clock; a time of day is the same for everybody."""
    if at is None:
        return written.NOTHING
    return written.hour(local(at) if isinstance(at, datetime) else at)


@register.filter
def day_of_month(when: date | None) -> str:
    """As in "4 June", by the reader's calendar."""
    return written.NOTHING if when is None else written.day_of_month(day_of(when))


@register.filter
def full_date(when: date | None) -> str:
    """As in "4 June 2026", by the reader's calendar."""
    return written.NOTHING if when is None else written.full_date(day_of(when))


@register.filter
def month_of_year(when: date) -> str:
    """As in "Jun 2026", by the reader's calendar."""
    return written.month_of_year(day_of(when))


@register.filter
def month(when: date) -> str:
    """As in "June", by the reader's calendar."""
    return written.month(day_of(when))
