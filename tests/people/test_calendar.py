from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from base import worktime
from people.models import FunctionCalendar


def test_the_usual_week_is_nine_to_five_in_berlin() -> None:
    calendar = FunctionCalendar(function="finance").calendar()
    opens = worktime.next_open(calendar, datetime(2026, 7, 3, 15, 0, tzinfo=UTC))  # Friday, 17:00 in Berlin
    assert opens == datetime(2026, 7, 6, 7, 0, tzinfo=UTC)


def test_eight_working_hours_are_one_day() -> None:
    calendar = FunctionCalendar(function="finance").calendar()
    at = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
    assert worktime.add(calendar, at, 480) == datetime(2026, 7, 3, 10, 0, tzinfo=UTC)


def test_other_hours_days_and_zones_are_kept() -> None:
    calendar = FunctionCalendar(
        function="legal", zone="Europe/London", opens=time(8), closes=time(12, 30), workdays="67"
    ).calendar()
    assert str(calendar.zone) == "Europe/London"
    assert calendar.hours == {6: ((time(8), time(12, 30)),), 7: ((time(8), time(12, 30)),)}


def test_nobody_works_on_public_holidays_and_further_days_off() -> None:
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        days_off = (
            FunctionCalendar(function="legal", country="DE-BE", holidays=["2026-12-24"]).calendar().holidays
        )
    assert date(2026, 10, 3) in days_off  # all of Germany
    assert date(2026, 3, 8) in days_off  # Berlin alone
    assert date(2026, 12, 24) in days_off
    assert date(2026, 12, 23) not in days_off
    assert {day.year for day in days_off} == set(range(2024, 2032))


def test_without_a_country_only_the_further_days_are_off() -> None:
    calendar = FunctionCalendar(function="legal", holidays=["2026-12-24"]).calendar()
    assert calendar.holidays == {date(2026, 12, 24)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("zone", "Berlin", "“Berlin” is not a time zone."),
        ("country", "XX", "No public holidays are known for “XX”."),
        ("country", "DE-XX", "No public holidays are known for “DE-XX”."),
        ("holidays", ["24.12.2026"], "“24.12.2026” is not a date."),
        ("holidays", [20261224], "“20261224” is not a date."),
        ("holidays", "2026-12-24", "as a list of dates"),
        ("workdays", "08", "Write the working days as digits"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(field: str, wrong: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FunctionCalendar(**{"function": "legal", field: wrong}).full_clean()
    assert sentence in refused.value.message_dict[field][0]


@pytest.mark.django_db
def test_closing_comes_after_opening() -> None:
    with pytest.raises(IntegrityError, match="people_calendar_closes_after_opening"):
        FunctionCalendar.objects.create(function="legal", opens=time(9), closes=time(9))


@pytest.mark.django_db
def test_there_is_at_least_one_working_day() -> None:
    with pytest.raises(IntegrityError, match="people_calendar_has_workdays"):
        FunctionCalendar.objects.create(function="legal", workdays="")


@pytest.mark.django_db
def test_a_function_has_one_calendar() -> None:
    FunctionCalendar.objects.create(function="legal")
    with pytest.raises(IntegrityError, match="people_functioncalendar_function_key"):
        FunctionCalendar.objects.create(function="legal")
