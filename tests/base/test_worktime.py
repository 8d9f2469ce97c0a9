from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from base.worktime import Calendar, add, between, next_open, weekly

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = weekly(BERLIN, workdays="12345", opens=time(9), closes=time(17))
ALWAYS = weekly(BERLIN, workdays="1234567", opens=time(0), closes=time(0))
SPLIT = Calendar(
    NEW_YORK,
    {
        1: ((time(8, 30), time(12)), (time(13), time(17, 15))),
        4: ((time(22), time(0)),),
        7: ((time(1), time(4)),),
    },
    frozenset({date(2026, 3, 9), date(2026, 6, 15)}),
)
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks jump half an hour
DATED = Calendar(
    LORD_HOWE,
    {
        **dict.fromkeys(range(1, 5), ((time(9), time(12, 30)), (time(13), time(17)))),
        5: ((time(9), time(15)),),
    },
    frozenset({date(2026, 12, 25), date(2026, 12, 28)}),
    {
        date(2026, 12, 24): ((time(9), time(13)),),
        date(2026, 12, 25): (),
        date(2026, 12, 28): ((time(10), time(11)),),
        date(2026, 12, 31): (),
        date(2027, 1, 2): ((time(8), time(0)),),
        date(2026, 4, 5): ((time(0), time(0)),),
    },
)
CALENDARS = st.sampled_from([OFFICE, ALWAYS, SPLIT, DATED])
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
MINUTES = st.integers(0, 5000)


def berlin(*parts: Any) -> datetime:
    return datetime(*parts).replace(tzinfo=BERLIN).astimezone(UTC)


def new_york(*parts: Any) -> datetime:
    return datetime(*parts).replace(tzinfo=NEW_YORK).astimezone(UTC)


@given(CALENDARS, INSTANTS, MINUTES)
def test_between_undoes_add(calendar, at, minutes):
    assert between(calendar, at, add(calendar, at, minutes)) == minutes


@given(CALENDARS, INSTANTS, INSTANTS)
def test_add_comes_back_to_an_open_instant_or_just_before_it(calendar, a, b):
    assume(a <= b)
    back = add(calendar, a, between(calendar, a, b))
    assert back <= b
    assert between(calendar, back, b) == 0


@given(CALENDARS, INSTANTS, MINUTES, MINUTES)
def test_adding_in_two_steps_is_adding_once(calendar, at, first, second):
    assert add(calendar, add(calendar, at, first), second) == add(calendar, at, first + second)


@given(CALENDARS, INSTANTS, INSTANTS, MINUTES)
def test_later_in_is_never_earlier_out(calendar, a, b, minutes):
    assume(a <= b)
    assert add(calendar, a, minutes) <= add(calendar, b, minutes)


@given(CALENDARS, INSTANTS, MINUTES)
def test_more_minutes_end_later(calendar, at, minutes):
    assert add(calendar, at, minutes) < add(calendar, at, minutes + 1)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
def test_a_span_is_the_sum_of_its_parts_but_for_cut_minutes(calendar, a, b, c):
    a, b, c = sorted([a, b, c])
    parts = between(calendar, a, b) + between(calendar, b, c)
    assert parts <= between(calendar, a, c) <= parts + 1


@given(CALENDARS, INSTANTS, INSTANTS)
def test_looking_back_is_negative(calendar, a, b):
    assert between(calendar, a, b) == -between(calendar, b, a)


@given(CALENDARS, INSTANTS, st.integers(1, 5000))
def test_work_is_never_done_faster_than_time_passes(calendar, at, minutes):
    assert add(calendar, at, minutes) - at >= timedelta(minutes=minutes)


@given(INSTANTS, MINUTES)
def test_a_calendar_that_never_closes_counts_every_real_minute(at, minutes):
    assert add(ALWAYS, at, minutes) == at + timedelta(minutes=minutes)


@given(CALENDARS, INSTANTS)
def test_no_minutes_change_nothing(calendar, at):
    assert add(calendar, at, 0) == at
    assert between(calendar, at, at) == 0


@given(CALENDARS, INSTANTS)
def test_next_open_is_where_the_first_minute_begins(calendar, at):
    opening = next_open(calendar, at)
    assert opening >= at
    assert next_open(calendar, opening) == opening
    assert between(calendar, at, opening) == 0
    assert between(calendar, opening, opening + timedelta(seconds=90)) >= 0
    assert add(calendar, at, 1) >= opening + timedelta(minutes=1)


def test_four_hours_from_thursday_afternoon_end_on_friday():
    assert add(OFFICE, berlin(2026, 6, 11, 15, 30), 240) == berlin(2026, 6, 12, 11, 30)


def test_a_deadline_falls_on_closing_time_not_on_the_next_opening():
    assert add(OFFICE, berlin(2026, 6, 11, 13), 240) == berlin(2026, 6, 11, 17)
    assert add(OFFICE, berlin(2026, 6, 11, 13), 241) == berlin(2026, 6, 12, 9, 1)


def test_a_clock_started_on_friday_evening_runs_from_monday_morning():
    assert next_open(OFFICE, berlin(2026, 6, 12, 17)) == berlin(2026, 6, 15, 9)
    assert next_open(OFFICE, berlin(2026, 6, 12, 16, 59)) == berlin(2026, 6, 12, 16, 59)
    assert add(OFFICE, berlin(2026, 6, 12, 18), 60) == berlin(2026, 6, 15, 10)


def test_holidays_do_not_count():
    calendar = weekly(
        BERLIN, workdays="12345", opens=time(9), closes=time(17), holidays=frozenset({date(2026, 6, 4)})
    )
    assert add(calendar, berlin(2026, 6, 3, 16), 120) == berlin(2026, 6, 5, 10)
    assert between(calendar, berlin(2026, 6, 3, 9), berlin(2026, 6, 5, 17)) == 960
    assert next_open(calendar, berlin(2026, 6, 4, 10)) == berlin(2026, 6, 5, 9)


def test_office_hours_keep_their_wall_clock_over_the_change_to_summer_time():
    assert add(OFFICE, berlin(2026, 3, 27, 16), 120) == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert berlin(2026, 3, 27, 16) == datetime(2026, 3, 27, 15, tzinfo=UTC)


def test_office_hours_keep_their_wall_clock_over_the_change_to_winter_time():
    assert add(OFFICE, berlin(2026, 10, 23, 16), 120) == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert berlin(2026, 10, 23, 16) == datetime(2026, 10, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "minutes"), [((2026, 3, 28), 1440), ((2026, 3, 29), 1380), ((2026, 10, 25), 1500)]
)
def test_the_days_of_change_are_23_and_25_hours_long(day, minutes):
    start = berlin(*day)
    following = date(*day) + timedelta(days=1)
    assert between(ALWAYS, start, berlin(following.year, following.month, following.day)) == minutes


def test_a_window_over_the_skipped_hour_is_an_hour_shorter_in_new_york():
    sunday = [new_york(2026, 3, 8), new_york(2026, 3, 9)]
    assert between(SPLIT, *sunday) == 120
    assert between(SPLIT, new_york(2026, 3, 1), new_york(2026, 3, 2)) == 180


def test_a_window_over_the_repeated_hour_is_an_hour_longer_in_new_york():
    assert between(SPLIT, new_york(2026, 11, 1), new_york(2026, 11, 2)) == 240


def test_windows_that_meet_in_the_skipped_hour_neither_overlap_nor_leave_a_gap():
    half = Calendar(BERLIN, {7: ((time(0), time(2, 30)), (time(2, 30), time(6)))})
    apart = Calendar(BERLIN, {7: ((time(0), time(2, 30)), (time(3), time(6)))})
    for calendar in (half, apart):
        assert between(calendar, berlin(2026, 3, 29), berlin(2026, 3, 30)) == 300
    inside = Calendar(BERLIN, {7: ((time(2, 10), time(2, 50)),)})
    assert between(inside, berlin(2026, 3, 29), berlin(2026, 3, 30)) == 0
    assert next_open(inside, berlin(2026, 3, 29)) == berlin(2026, 4, 5, 2, 10)


def test_a_window_until_midnight_ends_with_the_day():
    assert between(SPLIT, new_york(2026, 6, 11), new_york(2026, 6, 12, 12)) == 120


def test_split_days_skip_the_lunch_break():
    assert add(SPLIT, new_york(2026, 6, 8, 11), 90) == new_york(2026, 6, 8, 13, 30)


def lord_howe(*parts: Any) -> datetime:
    return datetime(*parts).replace(tzinfo=LORD_HOWE).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        ((2026, 12, 17), 450),  # a Thursday with its lunch break
        ((2026, 12, 18), 360),  # Fridays until 15:00
        ((2026, 12, 19), 0),
        ((2026, 12, 24), 240),  # until 13:00
        ((2026, 12, 25), 0),
        ((2026, 12, 28), 60),  # a holiday on which somebody is there all the same
        ((2026, 12, 31), 0),
        ((2027, 1, 2), 960),  # a Saturday that is worked
        ((2026, 4, 5), 1470),  # half an hour comes twice
    ],
)
def test_a_date_may_have_hours_of_its_own(day, minutes):
    start, end = (datetime.combine(date(*day) + timedelta(more), time(0), LORD_HOWE) for more in (0, 1))
    assert between(DATED, start, end) == minutes


def test_a_deadline_crosses_the_end_of_the_year_by_the_hours_of_each_date():
    # an hour on the 24th, an hour on the 28th, the 29th and 30th, Friday 1 January, then the Saturday
    assert add(DATED, lord_howe(2026, 12, 24, 12), 60 + 60 + 450 + 450 + 360 + 5) == lord_howe(
        2027, 1, 2, 8, 5
    )


@pytest.mark.parametrize(
    ("zone", "spring", "autumn", "jump"),
    [
        (BERLIN, date(2026, 3, 29), date(2026, 10, 25), 60),
        (NEW_YORK, date(2026, 3, 8), date(2026, 11, 1), 60),
        (LORD_HOWE, date(2026, 10, 4), date(2026, 4, 5), 30),
    ],
)
def test_no_minute_is_lost_or_won_where_clocks_change(zone, spring, autumn, jump):
    always = weekly(zone, workdays="1234567", opens=time(0), closes=time(0))
    office = weekly(zone, workdays="1234567", opens=time(9), closes=time(17))
    for day, change in ((spring, -jump), (autumn, jump)):
        start, end = (datetime.combine(day + timedelta(days=more), time(0), zone) for more in (0, 1))
        assert between(always, start, end) == 1440 + change
        assert add(always, start, 1440 + change) == end.astimezone(UTC)
        assert between(office, start, end) == 480
        assert add(office, start, 480) == datetime.combine(day, time(17), zone).astimezone(UTC)


def test_ten_years_are_added_day_by_day_and_not_minute_by_minute():
    class Counted(Calendar):
        days = 0

        def windows(self, day):
            Counted.days += 1
            return super().windows(day)

    calendar = Counted(BERLIN, OFFICE.hours)
    ten_years = 10 * 261 * 480
    assert add(calendar, berlin(2026, 1, 1), ten_years) < berlin(2036, 1, 10)
    assert Counted.days < 3700


def test_instants_come_back_in_utc():
    assert add(OFFICE, berlin(2026, 6, 11, 10).astimezone(NEW_YORK), 60).tzinfo is UTC
    assert next_open(OFFICE, datetime(2026, 6, 13, tzinfo=NEW_YORK)).tzinfo is UTC


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="needs its zone"):
        add(OFFICE, datetime(2026, 6, 11, 10), 60)
    with pytest.raises(ValueError, match="needs its zone"):
        between(OFFICE, berlin(2026, 6, 11), datetime(2026, 6, 11, 10))


def test_negative_minutes_are_refused():
    with pytest.raises(ValueError, match="-1"):
        add(OFFICE, berlin(2026, 6, 11), -1)


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {1: ()},
        {0: ((time(9), time(17)),)},
        {8: ((time(9), time(17)),)},
        {1: ((time(17), time(9)),)},
        {1: ((time(9), time(9)),)},
        {1: ((time(13), time(17)), (time(9), time(12)))},
        {1: ((time(9), time(13)), (time(12), time(17)))},
        {1: ((time(9), time(0)), (time(12), time(17)))},
    ],
)
def test_a_senseless_calendar_cannot_be_made(hours):
    with pytest.raises(ValueError, match=r"open at some time|weekdays are|in order"):
        Calendar(BERLIN, hours)


def test_hours_of_one_date_are_in_order_too_and_make_no_calendar_by_themselves():
    with pytest.raises(ValueError, match="in order"):
        Calendar(BERLIN, OFFICE.hours, special={date(2026, 12, 24): ((time(13), time(9)),)})
    with pytest.raises(ValueError, match="open at some time"):
        Calendar(BERLIN, {}, special={date(2026, 12, 24): ((time(9), time(13)),)})
