"""Whatever somebody reads is written in their time zone and locale, in the language there is for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone

from base.locales import HOUSE, speaking


@contextmanager
def read_by(person: object) -> Iterator[None]:
    """Meanwhile for this person; for somebody not known, as the house writes it."""
    zone = getattr(person, "timezone", "")
    with timezone.override(ZoneInfo(zone) if zone else None), speaking(getattr(person, "locale", HOUSE)):
        yield
