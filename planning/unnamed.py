"""What is left of the moment of an act without a name. The minute would tell who was at work just then."""

from datetime import UTC, datetime, time, timedelta

from base import clock
from deals.models import Deal
from ledger.models import Event

HOUR = timedelta(hours=1)


def day_of(deal: Deal, at: datetime) -> datetime:
    """The day: its first instant in the company's zone, or that of the entry before in the record of `deal`,
    so that time there never runs backwards. Neither says more than the place in the record does."""
    start = datetime.combine(clock.date_of(at), time(), tzinfo=clock.company_zone()).astimezone(UTC)
    last = Event.objects.of(deal.stream).last()
    return max(start, last.at) if last else start


def mail_time(at: datetime) -> datetime:
    """When others may be written to: on the full hour, one to two hours later."""
    return at.replace(minute=0, second=0, microsecond=0) + 2 * HOUR
