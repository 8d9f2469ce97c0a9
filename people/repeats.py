"""The days on which an event of a calendar repeats (RFC 5545, RRULE and EXDATE). Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from base.words import mark, say

MOST_TIMES = 3_000  # of one event, counted from its first
PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
RULES = {
    "DAILY": PLAIN | {"BYDAY"},
    "WEEKLY": PLAIN | {"BYDAY"},
    "MONTHLY": PLAIN | {"BYDAY", "BYMONTHDAY"},
    "YEARLY": PLAIN | {"BYDAY", "BYMONTHDAY", "BYMONTH"},
}
NIGHT = time(0)
UNREAD = mark("The event {event} repeats in a way that is not read here. Enter its days one by one.")
TOO_OFTEN = mark("The event {event} repeats more than {most} times. Let it begin later.")


class Unreadable(Exception):
    """A sentence for whoever handed the file in."""


def repeats(event: Any, start: date | datetime, *, name: str, until: datetime) -> Iterator[date | datetime]:
    """When the event takes place, as `start` is written and by its wall clock, until the instant `until`,
    save what is left out. Raises Unreadable: a rule that is not understood, or that goes on for too long."""
    rule = event.get("RRULE")
    unread = {broken for broken, _ in event.errors}
    if not understood(rule) or "RDATE" in event or "EXDATE" in unread:
        raise Unreadable(say(UNREAD, event=name))
    left_out, last = {point(one) for one in exceptions(event)}, end_of(rule, until)
    for count, wall in enumerate(rrulestr(text_of(rule), dtstart=wall_of(start)), start=1):
        when = like(start, wall)
        if point(when) > last:
            return
        if count > MOST_TIMES:
            raise Unreadable(say(TOO_OFTEN, event=name, most=MOST_TIMES))
        if point(when) not in left_out:
            yield when


def understood(rule: Any) -> bool:
    """Only rules whose next time is never far: the search for a day that does not exist would not end."""
    if not isinstance(rule, dict):
        return False
    frequency = [str(one).upper() for one in rule.get("FREQ", ())]
    if len(frequency) != 1 or not {key.upper() for key in rule} <= RULES.get(frequency[0], frozenset()):
        return False
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", ())]
    weeks = [str(day).strip("+-")[:-2] or "1" for day in rule.get("BYDAY", ())]
    return all(0 < day <= 28 for day in days) and all(week in "1234" for week in weeks)


def text_of(rule: Any) -> str:
    """Without its end, which is compared by itself: it may be written in another zone than the start."""
    parts = rule.to_ical().decode().split(";")
    return ";".join(part for part in parts if not part.upper().startswith("UNTIL="))


def end_of(rule: Any, until: datetime) -> datetime:
    """The last instant at which it may begin: a day that ends it belongs to it."""
    for end in rule.get("UNTIL", ()):
        last = point(end) + (timedelta(0) if isinstance(end, datetime) else timedelta(days=1))
        until = min(until, last)
    return until


def exceptions(event: Any) -> Iterator[date | datetime]:
    written = event.get("EXDATE", [])
    for dates in written if isinstance(written, list) else [written]:
        for one in getattr(dates, "dts", ()):
            yield one.dt


def wall_of(when: date | datetime) -> datetime:
    return when.replace(tzinfo=None) if isinstance(when, datetime) else datetime.combine(when, NIGHT)


def like(start: date | datetime, wall: datetime) -> date | datetime:
    return wall.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else wall.date()


def point(when: date | datetime) -> datetime:
    """To compare with: what has no zone is taken for UTC, on both sides alike."""
    wall = when if isinstance(when, datetime) else datetime.combine(when, NIGHT)
    return wall.astimezone(UTC) if wall.tzinfo else wall.replace(tzinfo=UTC)
