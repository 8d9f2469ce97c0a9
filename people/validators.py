import zoneinfo
from datetime import date

import holidays
from django.core.exceptions import ValidationError


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Write it like “Europe/Berlin”.")


def validate_dates(dates: object) -> None:
    if not isinstance(dates, list):
        raise ValidationError("Write the days off as a list of dates.")
    for day in dates:
        try:
            date.fromisoformat(day)
        except (TypeError, ValueError):
            raise ValidationError(f"“{day}” is not a date. Write it like “2026-12-24”.") from None


def validate_country(code: str) -> None:
    country, _, part = code.partition("-")
    known = holidays.list_supported_countries()
    if country not in known or (part and part not in known[country]):
        raise ValidationError(f"No public holidays are known for “{code}”. Write it like “DE” or “DE-BE”.")
