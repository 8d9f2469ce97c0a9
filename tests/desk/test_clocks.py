from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from approvals.models import Step
from base.worktime import weekly
from desk.clocks import Now, clock_of, last_due, next_clock, next_due
from desk.cycles import p80
from desk.standing import short
from desk.waiting import days_from

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)  # 11:30 in Berlin
NINE, FIVE = datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time()
HOURS = weekly(BERLIN, workdays="12345", opens=NINE, closes=FIVE)
NOW = Now(THURSDAY, BERLIN, {"finance": HOURS, "legal": HOURS})


def step(status: str = "open", hours: int = 3, pk: int = 1) -> Step:
    due = THURSDAY + timedelta(hours=hours) if status == "open" else None
    return Step(pk=pk, function="finance", status=status, allowance=720, remaining=430, due_at=due)


def test_an_open_step_has_working_minutes_left():
    shown = clock_of(step(hours=24), NOW)  # Friday 11:30: the rest of today and two hours and a half
    assert (shown.left, shown.due, shown.paused, shown.overdue) == (480, "tomorrow 11:30", "", False)


def test_the_night_does_not_count():
    shown = clock_of(step(hours=12), NOW)  # 23:30: only what is left until five
    assert (shown.left, shown.words) == (330, "5\xa0h\xa030\xa0m left")


def test_past_its_hour_it_is_overdue():
    shown = clock_of(step(hours=-1), NOW)
    assert (shown.left, shown.overdue, shown.words) == (-60, True, "over by 1\xa0h")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("returned", "With seller"),
        ("unroutable", "Nobody to ask"),
        ("planned", "Not asked yet"),
        ("agreed", "Agreed"),
    ],
)
def test_a_clock_that_stands_still_says_why(status, words):
    shown = clock_of(step(status), NOW)
    assert (shown.left, shown.words) == (None, words)


def test_a_request_shows_the_first_answer_due_and_knows_the_last():
    steps = [step(hours=5, pk=1), step(hours=2, pk=2), step("returned", pk=3), step("unroutable", pk=4)]
    first, last = next_due(steps), last_due(steps)
    assert (first and first.pk, last and last.pk) == (2, 1)
    shown = next_clock(steps, NOW)
    assert shown and shown.left == 120


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (("returned", "unroutable"), "Nobody to ask"),
        (("agreed", "returned"), "With seller"),
        (("agreed",), None),
    ],
)
def test_without_an_open_step_the_reason_is_shown(statuses, words):
    shown = next_clock([step(status) for status in statuses], NOW)
    assert (shown and shown.words) == words


@pytest.mark.parametrize(
    ("day", "name", "ends"),
    [
        (8, "Tomorrow and Wednesday", 11),  # Monday
        (11, "Tomorrow and Monday", 16),  # Thursday
        (12, "Monday and Tuesday", 17),  # Friday
        (13, "Monday and Tuesday", 17),
        (14, "Tomorrow and Tuesday", 17),  # Sunday
    ],
)
def test_the_next_two_working_days_have_their_names(day, name, ends):
    days = days_from(datetime(2026, 6, day, 9, 30, tzinfo=UTC), BERLIN)
    assert days.next_name == name
    assert days.today_ends == datetime(2026, 6, day + 1, tzinfo=BERLIN)
    assert days.next_ends == datetime(2026, 6, ends, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("minutes", "within"), [([5], 5), ([9, 1, 5, 3, 7], 7), (list(range(1, 11)), 8), (list(range(1, 12)), 9)]
)
def test_four_of_five_answers_were_there_within(minutes, within):
    assert p80(minutes) == within


@pytest.mark.parametrize(
    ("level", "function", "word"),
    [
        ("Finance Director", "Finance", "Director"),
        ("CFO", "Finance", "CFO"),
        ("Legal Counsel", "Legal", "Counsel"),
        ("Financial Controller", "Finance", "Financial Controller"),
    ],
)
def test_a_level_is_short_under_its_function(level, function, word):
    assert short(level, function) == word
