import zoneinfo
from datetime import date

import holidays
from django.core.exceptions import ValidationError

from base.words import say
from people.hours import LEAP, is_date, is_span, unread, windows_of


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(say("“{name}” is not a time zone. Write it like “Europe/Berlin”.", name=name))


def validate_dates(dates: object) -> None:
    if not isinstance(dates, list):
        raise ValidationError(say("Write the days off as a list of dates."))
    for day in dates:
        try:
            date.fromisoformat(day)
        except (TypeError, ValueError):
            wrong = say("“{day}” is not a date. Write it like “2026-12-24”.", day=day)
            raise ValidationError(wrong) from None


def validate_other_hours(other: object) -> None:
    if not isinstance(other, dict):
        raise ValidationError(say("Write the days that differ as a list of days."))
    for key, spans in other.items():
        if not is_day(key) or not isinstance(spans, list) or not all(map(is_text_span, spans)):
            raise ValidationError(unread(f"{key}: {spans}"))
        try:
            windows_of(spans, ())
        except ValueError:
            wrong = say("“{day}”: the hours overlap, or are out of order.", day=key)
            raise ValidationError(wrong) from None


def is_day(key: str) -> bool:
    """A weekday by its digit, a day of each year, or one date."""
    return (
        (key in "1234567" and len(key) == 1) or is_date(key) or (len(key) == 5 and is_date(f"{LEAP}-{key}"))
    )


def is_text_span(span: object) -> bool:
    return isinstance(span, str) and is_span(span)


def validate_country(code: str) -> None:
    country, _, part = code.partition("-")
    known = holidays.list_supported_countries()
    if country not in known or (part and part not in known[country]):
        wrong = say("No public holidays are known for “{code}”. Write it like “DE” or “DE-BE”.", code=code)
        raise ValidationError(wrong)
