from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.worktime import weekly
from insights.timing import Ahead, Expected, Pace, forecast

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = weekly(BERLIN, workdays="12345", opens=time(9), closes=time(17))
HOURS = {
    "finance": NINE_TO_FIVE,
    "legal": weekly(BERLIN, workdays="1234", opens=time(8), closes=time(12)),
    "executive": NINE_TO_FIVE,
}
MONDAY = datetime(2026, 6, 8, 7, tzinfo=UTC)  # 09:00 in Berlin
CLIMB = (Ahead("finance", 1, 1, 1, 480), Ahead("finance", 2, 1, 2, 720))
PACES = {("finance", 1): Pace(60, 120, 9), ("finance", 2): Pace(240, 480, 30)}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def test_the_levels_of_a_climb_are_added_up():
    assert forecast(CLIMB, PACES, HOURS, MONDAY) == Expected(at(8, 14), at(9, 11), 2, 2)


def test_a_level_without_history_counts_with_its_allowance():
    paces = {("finance", 1): PACES["finance", 1]}
    assert forecast(CLIMB, paces, HOURS, MONDAY) == Expected(at(9, 14), at(9, 15), 1, 2)


def test_functions_side_by_side_are_as_fast_as_the_slowest_and_each_has_its_own_hours():
    ahead = (*CLIMB, Ahead("legal", 1, 1, 1, 300))
    assert forecast(ahead, PACES, HOURS, MONDAY) == Expected(at(9, 10), at(9, 11), 2, 3)


def test_executives_begin_when_all_others_have_answered():
    ahead = (Ahead("executive", 1, 2, 1, 60), *CLIMB)
    assert forecast(ahead, PACES, HOURS, MONDAY) == Expected(at(8, 15), at(9, 12), 2, 3)


@pytest.mark.parametrize(
    ("now", "likely", "safe"),
    [
        (
            at(8, 9, 30),
            at(8, 10),
            at(8, 11),
        ),  # since 09:00: an hour is the median, two are the 80th percentile
        (at(8, 10), at(8, 11), at(8, 11)),  # the median has passed
        (at(8, 11), at(8, 17), at(8, 17)),  # so has the 80th percentile: then the deadline counts
        (at(8, 16, 59), at(8, 17), at(8, 17)),
    ],
)
def test_an_open_step_counts_from_its_opening_to_the_first_mark_that_has_not_passed(now, likely, safe):
    step = Ahead("finance", 1, 1, 1, 480, opened_at=MONDAY, due_at=at(8, 17))
    assert forecast([step], PACES, HOURS, now) == Expected(likely, safe, 1, 1)


def test_nothing_is_known_of_a_step_that_is_late_beyond_all_that_is_usual():
    step = Ahead("finance", 1, 1, 1, 480, opened_at=MONDAY, due_at=at(8, 17))
    assert forecast([step], PACES, HOURS, at(8, 17)) is None
    assert forecast([step], {}, HOURS, at(9, 12)) is None


def test_a_level_that_takes_longer_than_it_may_is_expected_when_it_usually_comes():
    step = Ahead("finance", 1, 1, 1, 60, opened_at=MONDAY, due_at=at(8, 10))
    slow = {("finance", 1): Pace(240, 480, 9)}
    assert forecast([step], slow, HOURS, at(8, 11)) == Expected(at(8, 13), at(8, 17), 1, 1)


def test_nobody_to_wait_for_is_nothing_to_expect():
    assert forecast([], PACES, HOURS, MONDAY) is None


STEPS = st.lists(
    st.builds(
        Ahead,
        function=st.sampled_from(["finance", "legal", "executive"]),
        level=st.integers(1, 3),
        stage=st.integers(1, 2),
        order=st.integers(1, 3),
        allowance=st.integers(0, 3000),
        opened_at=st.sampled_from([None, MONDAY - timedelta(hours=30)]),
        due_at=st.sampled_from([MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda step: (step.function, step.order),
)
PACE = st.tuples(st.integers(0, 3000), st.integers(0, 3000)).map(lambda two: Pace(min(two), max(two), 8))


@given(STEPS, st.dictionaries(st.tuples(st.sampled_from(["finance", "legal"]), st.integers(1, 3)), PACE))
def test_what_is_safe_is_never_before_what_is_likely_and_neither_lies_in_the_past(steps, paces):
    found = forecast(steps, paces, HOURS, MONDAY)
    assert found is not None
    assert MONDAY <= found.likely <= found.safe


@given(STEPS, PACE)
def test_one_more_step_never_makes_it_sooner(steps, pace):
    more = [*steps, Ahead("finance", 3, 2, 9, 60)]
    paces = {("finance", 3): pace}
    before, after = (forecast(some, paces, HOURS, MONDAY) for some in (steps, more))
    assert before is not None and after is not None
    assert before.safe <= after.safe
