"""The writing of base.format as filters: {% load fmt %} {{ deal.net|money:deal.currency }}."""

from datetime import date, datetime

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
    written.minutes,
    written.hours,
    written.day,
    written.long_day,
):
    register.filter(filter_.__name__, filter_)


@register.filter
def near_day(value: date | None) -> str:
    """As in "today", "tomorrow", "Thu 4 June", by the reader's calendar."""
    return written.near_day(value, clock.now().astimezone(timezone.get_current_timezone()).date())


@register.filter
def moment(at: datetime | None) -> str:
    """As in "today 16:20", "Thu 4 June, 10:30", by the reader's clock."""
    return written.moment(at, clock.now(), timezone.get_current_timezone())


@register.filter
def clock_time(at: datetime | None) -> str:
    """As in "16:20", by the reader's clock."""
    return written.NOTHING if at is None else f"{at.astimezone(timezone.get_current_timezone()):%H:%M}"
