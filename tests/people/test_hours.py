from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from base import worktime
from people.hours import read_lines, special_days, windows_of, write_lines
from people.models import FunctionCalendar

NINE_TO_FIVE = ((time(9), time(17)),)
DAYS = st.one_of(
    st.sampled_from("1234567"),
    st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}"),
    st.dates(date(2020, 1, 1), date(2039, 12, 31)).map(date.isoformat),
)
SPANS = st.sampled_from([[], ["-15:00"], ["10:00-"], ["09:00-13:00"], ["08:30-12:00", "13:00-17:15"]])


@given(st.dictionaries(DAYS, SPANS))
def test_what_is_written_is_read_again(other):
    assert read_lines(write_lines(other)) == other


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Fri until 15:00", {"5": ["-15:00"]}),
        ("friday: from 10:00", {"5": ["10:00-"]}),
        ("24 Dec until 13:00", {"12-24": ["-13:00"]}),
        ("24. December 9:00 – 13:00", {"12-24": ["09:00-13:00"]}),
        ("24 Dec 2026 09:00-12:00, 13:00-17:00", {"2026-12-24": ["09:00-12:00", "13:00-17:00"]}),
        ("2026-12-31 closed", {"2026-12-31": []}),
        ("29 Feb closed", {"02-29": []}),
        ("  ", {}),
    ],
)
def test_a_day_is_read_as_people_write_it(line, read):
    assert read_lines(line) == read


@pytest.mark.parametrize(
    "line",
    [
        *("Fr until 3", "31 Feb closed", "29 Feb 2026 closed", "Xyz closed", "Mon 8-12", "Mon"),
        *("Sat 10:00-9:00", "Mon until 12:00, 13:00-14:00", "24 Dec 25:00-26:00"),
    ],
)
def test_what_is_no_day_or_no_hours_is_named(line):
    with pytest.raises(ValueError, match="cannot be read"):
        read_lines(f"Thu until 15:00\n{line}")


def test_a_day_is_said_once():
    with pytest.raises(ValueError, match="“Friday closed”: this day is there twice"):
        read_lines("Fri until 15:00\nFriday closed")


def test_until_and_from_cut_what_the_day_has_and_whole_spans_stand_for_themselves():
    lunch = ((time(9), time(12)), (time(13), time(17)))
    assert windows_of(["-15:00"], lunch) == ((time(9), time(12)), (time(13), time(15)))
    assert windows_of(["13:30-"], lunch) == ((time(13, 30), time(17)),)
    assert windows_of(["-08:00"], lunch) == windows_of(["-15:00"], ()) == windows_of([], lunch) == ()
    assert windows_of(["10:00-11:00"], ()) == ((time(10), time(11)),)


def test_one_date_goes_before_each_year_and_a_holiday_is_not_cut_open():
    other = {"2026-12-24": ["09:00-10:00"], "12-24": ["-13:00"], "12-25": ["-13:00"], "02-29": []}
    week, off = dict.fromkeys(range(1, 6), NINE_TO_FIVE), frozenset({date(2025, 12, 25), date(2026, 12, 25)})
    assert special_days(other, week, off, (2025, 2026)) == {
        date(2025, 12, 24): ((time(9), time(13)),),
        date(2026, 12, 24): ((time(9), time(10)),),
        date(2025, 12, 25): (),
        date(2026, 12, 25): (),
    }


def test_lunch_short_fridays_and_half_days_count_in_a_calendar() -> None:
    with time_machine.travel(datetime(2026, 11, 2, tzinfo=UTC), tick=False):
        calendar = FunctionCalendar(
            function="legal",
            lunch_from=time(12),
            lunch_until=time(13),
            country="DE-BE",
            other_hours=read_lines("Fri until 15:00\n24 Dec until 13:00\n31 Dec closed\nSat 10:00-12:00"),
        ).calendar()
    opens = datetime(2026, 12, 18, 8, tzinfo=UTC)  # Friday, 09:00 in Berlin
    # Fri 300 min, Sat 120, Mon to Wed 3 x 420, Thu 24 Dec until 13:00 without lunch: 180, Sat 26th a holiday
    assert worktime.add(calendar, opens, 300 + 120 + 3 * 420 + 180) == datetime(2026, 12, 24, 11, tzinfo=UTC)
    assert worktime.next_open(calendar, datetime(2026, 12, 24, 11, tzinfo=UTC)) == datetime(
        2026, 12, 28, 8, tzinfo=UTC
    )
    assert worktime.next_open(calendar, datetime(2026, 12, 30, 16, tzinfo=UTC)) == datetime(
        2027, 1, 2, 9, tzinfo=UTC
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"other_hours": {"8": []}}, "“8: []” cannot be read"),
        ({"other_hours": {"12-24": ["13"]}}, "cannot be read"),
        ({"other_hours": {"12-24": ["13:00-14:00", "09:00-10:00"]}}, "out of order"),
        ({"other_hours": []}, "as a list of days"),
        ({"other_hours": {day: [] for day in "12345"}}, "on at least one day"),
        ({"lunch_from": time(8), "lunch_until": time(10)}, "within the working hours"),
        ({"lunch_from": time(12)}, "within the working hours"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FunctionCalendar(function="legal", **wrong).full_clean()
    assert sentence in str(refused.value)


@pytest.mark.django_db
def test_half_a_lunch_break_is_not_kept() -> None:
    with pytest.raises(IntegrityError, match="people_calendar_lunch_lies_inside"):
        FunctionCalendar.objects.create(function="legal", lunch_until=time(13))


def test_hours_have_the_same_print_as_long_as_they_are_the_same() -> None:
    one, other = FunctionCalendar(function="legal"), FunctionCalendar(function="finance")
    assert one.print == other.print
    other.other_hours = {"5": ["-15:00"]}
    assert one.print != other.print
