from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from base.format import SPACE
from desk.expecting import expecting
from insights.timing import Expected

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("likely", "safe", "known", "words"),
    [
        (
            at(26),
            at(30),
            3,
            "Expect it Thu 26 November, 12:00. In 4 of 5 cases it came by Mon 30 November, 12:00.",
        ),
        (at(23, 14), at(24), 3, "Expect it today 14:00. In 4 of 5 cases it came by tomorrow 12:00."),
        (at(24, 10), at(24, 16), 1, "Expect it tomorrow 10:00. In 4 of 5 cases it came by tomorrow 16:00."),
        (at(26), at(26), 0, "Expect it by Thu 26 November, 12:00."),
        (
            at(26),
            at(26),
            3,
            "Expect it by Thu 26 November, 12:00.",
        ),  # all that is usual has passed, the deadline has not
        (at(23, 16), at(23, 16), 0, "Expect it by today 16:00."),
    ],
)
def test_it_is_said_in_one_way_with_day_and_hour(likely, safe, known, words):
    found = expecting(Expected(likely, safe, known, 3), None, NOW, BERLIN)
    assert found.words.replace(SPACE, " ") == words
    assert found.late == ""


@pytest.mark.parametrize(
    ("wanted", "late"),
    [
        (date(2026, 11, 30), ""),
        (
            date(2026, 11, 29),
            "When it takes longer than usual, that is after Sun 29 November, when the buyer wants to sign.",
        ),
        (
            date(2026, 11, 26),
            "When it takes longer than usual, that is after Thu 26 November, when the buyer wants to sign.",
        ),
        (date(2026, 11, 25), "That is after Wed 25 November, when the buyer wants to sign."),
        (None, ""),
    ],
)
def test_an_answer_after_the_day_the_buyer_wants_to_sign_is_warned_of(wanted, late):
    assert expecting(Expected(at(26), at(30), 3, 3), wanted, NOW, BERLIN).late == late


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (0, "the whole time they have"),
        (2, "1 of 3 levels gave too few"),
        (3, "how long their answers took"),
    ],
)
def test_it_says_what_it_rests_on(known, words):
    assert words in expecting(Expected(at(26), at(30), known, 3), None, NOW, BERLIN).rests_on
