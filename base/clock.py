"""The only clock. Verbs take the time once, at their door, and pass it on, also into SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return moved_to.get() or datetime.now(UTC)


@contextmanager
def standing_at(at: datetime) -> Iterator[None]:
    """Let the clock stand at `at` meanwhile: how the demo writes down what happened before it was loaded."""
    token = moved_to.set(at.astimezone(UTC))
    try:
        yield
    finally:
        moved_to.reset(token)


def company_zone() -> ZoneInfo:
    """The zone in which signature and validity dates are meant."""
    return ZoneInfo(settings.TIME_ZONE)


def date_of(at: datetime) -> date:
    """The company's date at the instant `at`."""
    return at.astimezone(company_zone()).date()


def today() -> date:
    """The date in the company's zone."""
    return date_of(now())
