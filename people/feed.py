"""When a calendar file (iCalendar, RFC 5545) says that somebody is away. Pure.

What counts: what is out of office, and what is busy for a working day or longer. What is free, tentative or
cancelled does not, nor an ordinary meeting. Repeats are followed for a bounded time; a repeat that is not
understood is refused, never guessed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from base.words import say
from base.worktime import MIDNIGHT, instant
from people.repeats import Unreadable, repeats

LARGEST = 1_000_000  # bytes
MOST_EVENTS = 5_000
MOST_FOUND = 1_000
HORIZON = timedelta(days=366)
DAY = timedelta(days=1)
WORKING_DAY = timedelta(hours=8)  # what is busy for less is a meeting
BROKEN = (ValueError, KeyError, IndexError, AttributeError, TypeError)  # what the reader raises at nonsense


@dataclass(frozen=True, slots=True)
class Found:
    """One time away. `uid` names the event and, where it repeats, which time: the same in the next file."""

    uid: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose days they are, and which are asked for: not over at `at`, and begun within the `HORIZON`."""

    zone: ZoneInfo
    at: datetime

    def instant(self, when: Any) -> datetime:
        """A day begins at its midnight; a time without a zone is one of the person's own."""
        if not isinstance(when, datetime):
            return instant(when, MIDNIGHT, self.zone)
        if when.tzinfo is None:
            return instant(when.date(), when.time(), self.zone)
        return when.astimezone(UTC)


def read_feed(content: bytes, *, zone: ZoneInfo, at: datetime) -> tuple[Found, ...]:
    """Every time away that is asked for, in order, in UTC. Raises Unreadable with a sentence to show."""
    reading = Reading(zone, at)
    events = events_of(content)
    moved = {(uid_of(one), reading.instant(start_of(one, "RECURRENCE-ID"))) for one in events if again(one)}
    found: dict[str, Found] = {}
    for event in filter(is_away, events):
        for one in times_of(event, reading, moved):
            if at < one.ends and one.starts < at + HORIZON:
                found[one.uid] = one
    if len(found) > MOST_FOUND:
        many, most = len(found), MOST_FOUND
        raise Unreadable(
            say("The calendar names {count} times away; at most {most} are kept.", count=many, most=most)
        )
    return tuple(sorted(found.values(), key=lambda one: (one.starts, one.uid)))


def events_of(content: bytes) -> list[Any]:
    if len(content) > LARGEST:
        most = LARGEST // 1_000_000
        raise Unreadable(say("The file is larger than {most} MB. Export less of the calendar.", most=most))
    if b"BEGIN:VCALENDAR" not in content[:2000].upper():
        raise Unreadable(say("This is not a calendar. Export one as a file that ends in .ics."))
    if (count := content.upper().count(b"BEGIN:VEVENT")) > MOST_EVENTS:
        most = MOST_EVENTS
        raise Unreadable(
            say("The calendar holds {count} events; at most {most} are read.", count=count, most=most)
        )
    try:
        return list(Calendar.from_ical(content).walk("VEVENT"))
    except BROKEN as error:
        raise Unreadable(say("The calendar cannot be read: the file is cut off or damaged.")) from error


def is_away(event: Any) -> bool:
    """As Outlook, Google and Apple write it."""
    if word(event, "STATUS") in ("CANCELLED", "TENTATIVE") or word(event, "TRANSP") == "TRANSPARENT":
        return False
    busy = word(event, "X-MICROSOFT-CDO-BUSYSTATUS")
    if busy in ("FREE", "TENTATIVE", "WORKINGELSEWHERE"):
        return False
    return busy == "OOF" or length_of(event) >= WORKING_DAY


def word(event: Any, name: str) -> str:
    return str(event.get(name, "")).strip().upper()


def again(event: Any) -> bool:
    """One time of an event that repeats, changed by itself."""
    return "RECURRENCE-ID" in event


def uid_of(event: Any) -> str:
    return str(event.get("UID", "")).strip()


def name_of(event: Any) -> str:
    name = str(event.get("SUMMARY", "")).strip()[:80] or say("without a name")
    return f"“{name}”"


def start_of(event: Any, name: str = "DTSTART") -> date | datetime:
    """A day or an instant. Raises Unreadable, also for a zone that is not known."""
    when = value_of(event, name)
    if not isinstance(when, date):
        raise Unreadable(say("The event {event} does not say when it begins or ends.", event=name_of(event)))
    zone = event[name].params.get("TZID")
    if zone and isinstance(when, datetime) and when.tzinfo is None:
        name = name_of(event)
        raise Unreadable(
            say("The event {event} is in the time zone {zone}, which is not known.", event=name, zone=zone)
        )
    return when


def value_of(event: Any, name: str) -> Any:
    """None for what is not there, or cannot be read."""
    unread = {broken for broken, _ in event.errors}
    return None if name in unread else getattr(event.get(name), "dt", None)


def length_of(event: Any) -> timedelta:
    """A day without an end is one day long, a time without an end is over at once."""
    start = start_of(event)
    if "DTEND" in event:
        end = start_of(event, "DTEND")
        if isinstance(end, datetime) != isinstance(start, datetime):
            name = name_of(event)
            raise Unreadable(say("The event {event} begins on a day and ends at a time.", event=name))
        return end - start if (naive(end), naive(start)).count(True) != 1 else timedelta(0)
    if "DURATION" in event:
        length = value_of(event, "DURATION")
        return length if isinstance(length, timedelta) else timedelta(0)
    return timedelta(0) if isinstance(start, datetime) else DAY


def naive(when: date | datetime) -> bool:
    return isinstance(when, datetime) and when.tzinfo is None


def times_of(event: Any, reading: Reading, moved: Collection[tuple[str, datetime]]) -> Iterator[Found]:
    """The event itself, or each of its times that was not changed by itself or left out."""
    start, length, uid = start_of(event), length_of(event), uid_of(event)
    if length <= timedelta(0):
        return
    if again(event):
        which = reading.instant(start_of(event, "RECURRENCE-ID"))
        yield Found(f"{uid}/{which:%Y%m%dT%H%M%SZ}", reading.instant(start), reading.instant(start + length))
        return
    if "RRULE" not in event and "RDATE" not in event:
        yield Found(uid, reading.instant(start), reading.instant(start + length))
        return
    until = reading.at + HORIZON
    for when in repeats(event, start, name=name_of(event), until=until):
        began = reading.instant(when)
        if (uid, began) not in moved:
            yield Found(f"{uid}/{began:%Y%m%dT%H%M%SZ}", began, reading.instant(when + length))
