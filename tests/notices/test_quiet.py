"""Quiet hours and the daily hour, by the clock on the wall: over midnight, and when the clocks change."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from notices.kinds import GROUPS, Group
from notices.quiet import Quiet, awake, coming
from notices.ways import Ways, Wishes, ways

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
NIGHT, NOON = Quiet(time(22), time(7)), Quiet(time(12), time(13))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "said", "sent"),
    [
        (NIGHT, BERLIN, "2026-06-11 19:59", "2026-06-11 19:59"),  # 21:59
        (NIGHT, BERLIN, "2026-06-11 20:00", "2026-06-12 05:00"),  # 22:00 to 7:00
        (NIGHT, BERLIN, "2026-06-12 04:59", "2026-06-12 05:00"),
        (NIGHT, BERLIN, "2026-06-12 05:00", "2026-06-12 05:00"),
        (NIGHT, KOLKATA, "2026-06-11 20:00", "2026-06-12 01:30"),  # 1:30 to 7:00 there
        (NOON, BERLIN, "2026-06-11 10:30", "2026-06-11 11:00"),
        (NOON, BERLIN, "2026-06-11 09:59", "2026-06-11 09:59"),
        (None, BERLIN, "2026-06-11 23:00", "2026-06-11 23:00"),
        (NIGHT, BERLIN, "2026-03-28 22:00", "2026-03-29 05:00"),  # the night of 23 hours
        (NIGHT, BERLIN, "2026-10-24 21:00", "2026-10-25 06:00"),  # the night of 25
        (Quiet(time(22), time(2, 30)), BERLIN, "2026-03-29 00:59", "2026-03-29 01:30"),  # 2:30 is left out
        (Quiet(time(22), time(2, 30)), BERLIN, "2026-10-25 00:15", "2026-10-25 00:30"),  # 2:30 comes twice
        (Quiet(time(22), time(2, 30)), BERLIN, "2026-10-25 01:15", "2026-10-25 01:30"),
        (NIGHT, BERLIN, "2026-12-31 22:00", "2027-01-01 06:00"),
    ],
)
def test_what_is_said_in_quiet_hours_is_sent_at_their_end(
    quiet: Quiet | None, zone: ZoneInfo, said: str, sent: str
) -> None:
    assert awake(at(said), quiet, zone) == at(sent)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("2026-06-11 05:59", "2026-06-11 06:00"),
        ("2026-06-11 06:00", "2026-06-12 06:00"),
        ("2026-03-28 08:00", "2026-03-29 06:00"),
        ("2026-10-24 08:00", "2026-10-25 07:00"),
    ],
)
def test_the_daily_hour_comes_next_by_the_clock_on_the_wall(said: str, due: str) -> None:
    assert coming(at(said), time(8), BERLIN) == at(due)


def test_quiet_hours_have_a_beginning_and_another_end() -> None:
    with pytest.raises(ValueError, match="begin when they end"):
        Quiet(time(7), time(7))


MORNING, EIGHT = at("2026-06-11 04:00"), at("2026-06-11 06:00")  # 6:00 and 8:00 in Berlin


@pytest.mark.parametrize(
    ("chosen", "quiet", "chat", "expected"),
    [
        ({}, None, False, Ways(MORNING, None, gathered=False)),
        ({}, None, True, Ways(MORNING, MORNING, gathered=False)),
        ({}, NIGHT, True, Ways(at("2026-06-11 05:00"), at("2026-06-11 05:00"), gathered=True)),
        ({"decisions_mail": "daily"}, None, False, Ways(EIGHT, None, gathered=True)),
        ({"decisions_mail": "off"}, None, True, Ways(None, MORNING, gathered=False)),
        ({"decisions_mail": "off"}, None, False, Ways(MORNING, None, gathered=False)),  # never silenced
        ({"decisions_chat": "off"}, None, True, Ways(MORNING, None, gathered=False)),
    ],
)
def test_what_waits_for_somebody_always_goes_out(
    chosen: dict[str, str], quiet: Quiet | None, chat: bool, expected: Ways
) -> None:
    assert ways(Wishes(BERLIN, chosen, quiet, chat=chat), Group.DECISIONS, MORNING) == expected


def test_everything_else_can_be_switched_off() -> None:
    wishes = Wishes(BERLIN, {f"{group}_mail": "off" for group in Group})
    assert ways(wishes, Group.WATCHED, MORNING) == Ways(None, None, gathered=False)
    assert set(GROUPS.values()) == set(Group)
