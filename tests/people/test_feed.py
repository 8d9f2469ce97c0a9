"""What a calendar file says of absences, by the events that calendars really write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from people.feed import LARGEST, Found, read_feed
from people.repeats import Unreadable

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
LEAVE = "DTSTART;VALUE=DATE:20260427\nDTEND;VALUE=DATE:20260504"


def event(lines: str, uid: str = "leave@x") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Spring\n{lines}\nEND:VEVENT\n"


def calendar(*events: str) -> bytes:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x\n{''.join(events)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def times(*events: str, zone: ZoneInfo = BERLIN) -> list[str]:
    found = read_feed(calendar(*events), zone=zone, at=NOW)
    return [f"{one.starts:%m-%d %H:%M} to {one.ends:%m-%d %H:%M}" for one in found]


ONE = {
    "whole days are those of the person": (LEAVE, BERLIN, ["04-26 22:00 to 05-03 22:00"]),
    "wherever that is": (LEAVE, TOKYO, ["04-26 15:00 to 05-03 15:00"]),
    "a day without an end is one day": (
        "DTSTART;VALUE=DATE:20260427",
        BERLIN,
        ["04-26 22:00 to 04-27 22:00"],
    ),
    "a day on which the clock jumps is shorter": (
        "DTSTART;VALUE=DATE:20261025",
        BERLIN,
        ["10-24 22:00 to 10-25 23:00"],
    ),
    "a trip with hours, in its own zone": (
        "DTSTART;TZID=America/New_York:20260427T090000\nDTEND;TZID=America/New_York:20260428T170000",
        BERLIN,
        ["04-27 13:00 to 04-28 21:00"],
    ),
    "hours without a zone are the person's": (
        "DTSTART:20260427T090000\nDURATION:PT8H",
        BERLIN,
        ["04-27 07:00 to 04-27 15:00"],
    ),
    "out of office for an hour": (
        "DTSTART:20260427T090000Z\nDTEND:20260427T100000Z\nX-MICROSOFT-CDO-BUSYSTATUS:OOF",
        BERLIN,
        ["04-27 09:00 to 04-27 10:00"],
    ),
    "a meeting is no absence": ("DTSTART:20260427T090000Z\nDTEND:20260427T165959Z", BERLIN, []),
    "what is free is none": (f"{LEAVE}\nTRANSP:TRANSPARENT", BERLIN, []),
    "nor work elsewhere": (f"{LEAVE}\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", BERLIN, []),
    "nor what was cancelled": (f"{LEAVE}\nSTATUS:CANCELLED", BERLIN, []),
    "nor what may not be": (f"{LEAVE}\nSTATUS:TENTATIVE", BERLIN, []),
    "nor what is over": ("DTSTART;VALUE=DATE:20260330\nDTEND;VALUE=DATE:20260401", BERLIN, []),
    "what goes on is": (
        "DTSTART;VALUE=DATE:20260330\nDTEND;VALUE=DATE:20260402",
        BERLIN,
        ["03-29 22:00 to 04-01 22:00"],
    ),
    "nor what is more than a year ahead": ("DTSTART;VALUE=DATE:20270403", BERLIN, []),
    "it repeats by the wall clock, over the change of time": (
        "DTSTART;TZID=Europe/Berlin:20261019T080000\nDURATION:PT9H\nRRULE:FREQ=WEEKLY;COUNT=2",
        BERLIN,
        ["10-19 06:00 to 10-19 15:00", "10-26 07:00 to 10-26 16:00"],
    ),
    "but for the times left out, up to its last": (
        "DTSTART;VALUE=DATE:20260403\nRRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260417\nEXDATE;VALUE=DATE:20260410",
        BERLIN,
        ["04-02 22:00 to 04-03 22:00", "04-16 22:00 to 04-17 22:00"],
    ),
}


@pytest.mark.parametrize(("lines", "zone", "found"), ONE.values(), ids=ONE)
def test_an_event_counts_or_not(lines: str, zone: ZoneInfo, found: list[str]) -> None:
    assert times(event(lines), zone=zone) == found


def test_one_time_that_was_moved_stands_for_itself() -> None:
    weekly = event("DTSTART;VALUE=DATE:20260403\nRRULE:FREQ=WEEKLY;COUNT=2")
    moved = event("RECURRENCE-ID;VALUE=DATE:20260410\nDTSTART;VALUE=DATE:20260413")
    assert times(weekly, moved) == ["04-02 22:00 to 04-03 22:00", "04-12 22:00 to 04-13 22:00"]
    gone = event("RECURRENCE-ID;VALUE=DATE:20260410\nDTSTART;VALUE=DATE:20260410\nSTATUS:CANCELLED")
    assert times(weekly, gone) == ["04-02 22:00 to 04-03 22:00"]


def test_each_time_has_a_name_that_the_next_file_gives_it_too() -> None:
    weekly = event("DTSTART;VALUE=DATE:20260403\nRRULE:FREQ=WEEKLY;COUNT=2")
    found = read_feed(calendar(event(LEAVE, "b@x"), weekly), zone=BERLIN, at=NOW)
    assert [one.uid for one in found] == ["leave@x/20260402T220000Z", "leave@x/20260409T220000Z", "b@x"]
    assert found[2] == Found(
        "b@x", datetime(2026, 4, 26, 22, tzinfo=UTC), datetime(2026, 5, 3, 22, tzinfo=UTC)
    )


NO = "repeats in a way that is not read here. Enter its days one by one."
REFUSED = {
    "no calendar": (b"%PDF-1.7", "This is not a calendar. Export one as a file that ends in .ics."),
    "cut off": (
        calendar(event(LEAVE))[:-40],
        "The calendar cannot be read: the file is cut off or damaged.",
    ),
    "too large": (
        b"BEGIN:VCALENDAR" + b" " * LARGEST,
        "The file is larger than 1 MB. Export less of the calendar.",
    ),
    "too many": (
        calendar("BEGIN:VEVENT\n" * 5001),
        "The calendar holds 5001 events; at most 5000 are read.",
    ),
    "no start": (calendar(event("DTSTART:soon")), "The event “Spring” does not say when it begins or ends."),
    "unknown zone": (
        calendar(event("DTSTART;TZID=Nowhere/Land:20260427T090000")),
        "The event “Spring” is in the time zone Nowhere/Land, which is not known.",
    ),
    "by the second": (calendar(event(f"{LEAVE}\nRRULE:FREQ=SECONDLY")), f"The event “Spring” {NO}"),
    "a day that never comes": (
        calendar(event(f"{LEAVE}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
        f"The event “Spring” {NO}",
    ),
    "single days": (calendar(event(f"{LEAVE}\nRDATE;VALUE=DATE:20260601")), f"The event “Spring” {NO}"),
    "no rule": (calendar(event(f"{LEAVE}\nRRULE:FREQ=NEVER")), f"The event “Spring” {NO}"),
    "for ever": (
        calendar(event("DTSTART;VALUE=DATE:19000101\nRRULE:FREQ=DAILY")),
        "The event “Spring” repeats more than 3000 times. Let it begin later.",
    ),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_feed(content, zone=BERLIN, at=NOW)
    assert str(refused.value) == words
