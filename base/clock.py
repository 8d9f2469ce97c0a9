"""The only clock. Verbs take the time once, at their door, and pass it on, also into SQL."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def company_zone() -> ZoneInfo:
    """The zone in which signature and validity dates are meant."""
    return ZoneInfo(settings.TIME_ZONE)


def date_of(at: datetime) -> date:
    """The company's date at the instant `at`."""
    return at.astimezone(company_zone()).date()


def today() -> date:
    """The date in the company's zone."""
    return date_of(now())
