"""The page of the working hours: when each function works, and what that comes to from now on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.http import Http404

from approvals.deadlines import moves_of
from approvals.models import Step
from base import worktime
from base.format import dated, hour, moment, near_day
from base.words import mark, say
from base.worktime import Calendar, Hours
from guardrails.appoint import STREAM
from guardrails.models import PolicyVersion
from ledger.models import Event
from people.hours import write_lines
from people.models import Function, FunctionCalendar, User

AHEAD = (60, 8 * 60, 40 * 60)  # working minutes
LOOKED_AT = 120  # days ahead that may differ
DIFFERING = 5
LATEST = 8
ABOUT = {
    "zone": mark("time zone"),
    "opens": mark("opening"),
    "closes": mark("closing"),
    "lunch_from": mark("break"),
    "lunch_until": mark("break"),
    "workdays": mark("working days"),
    "country": mark("public holidays"),
    "holidays": mark("further days off"),
    "other_hours": mark("days with other hours"),
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where so many working minutes from now end, on the wall clock of the function."""

    minutes: int
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`differs`: the next days that are not as their weekday usually is."""

    zone: str
    ahead: tuple[Ahead, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One function. `calendar` None: it has no hours, and nobody of it can be asked."""

    function: Function
    calendar: FunctionCalendar | None
    days: str
    others: tuple[str, ...]
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class Change:
    who: str
    initials: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Calendars:
    """`stale`: how many running deadlines lie elsewhere than the hours of now would put them."""

    rows: tuple[Row, ...]
    stale: int
    changes: tuple[Change, ...]


def calendars_of(at: datetime, user: User) -> Calendars:
    """Every function that has hours, and those that the policy in force asks without; the count of deadlines
    for who sees every deal. A fixed number of queries."""
    kept = {row.function: row for row in FunctionCalendar.objects.all()}
    asked = {rule.key for rule in PolicyVersion.objects.in_force(at).policy.functions}
    return Calendars(
        rows=tuple(row_of(each, kept.get(each), at) for each in Function if each in kept or each in asked),
        stale=len(moves_of(Step.objects.all(), at)) if user.sees_all else 0,
        changes=changes(),
    )


def calendar_for(function: str) -> FunctionCalendar:
    """The hours as they are kept, or usual ones that are not kept yet. Raises Http404."""
    if function not in Function.values:
        raise Http404
    return FunctionCalendar.objects.filter(function=function).first() or FunctionCalendar(function=function)


def row_of(function: Function, kept: FunctionCalendar | None, at: datetime) -> Row:
    if kept is None:
        return Row(function, None, "", (), None)
    others = tuple(write_lines(kept.other_hours).splitlines())
    return Row(function, kept, days_words(kept), others, preview_of(kept, at))


def days_words(kept: FunctionCalendar) -> str:
    """ "Mon to Fri", "Mon, Tue, Thu"."""
    days = [int(digit) for digit in sorted(set(kept.workdays))]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return say("{first} to {last}", first=weekday_name(days[0]), last=weekday_name(days[-1]))
    return ", ".join(map(weekday_name, days))


def weekday_name(place: int) -> str:
    """ "Mon" of 1, as the reader's language shortens it."""
    return dated("EEE", date(2024, 1, place))  # which began on a Monday


def preview_of(kept: FunctionCalendar, at: datetime) -> Preview:
    """What these hours come to from the instant `at`. They must be valid."""
    hours = kept.calendar()
    ahead = (Ahead(each, moment(worktime.add(hours, at, each), at, hours.zone)) for each in AHEAD)
    today = at.astimezone(hours.zone).date()
    return Preview(kept.zone, tuple(ahead), tuple(islice(differing(hours, today), DIFFERING)))


def differing(hours: Calendar, today: date) -> Iterable[str]:
    """ "Thu 24 December: 09:00 to 13:00", "Fri 25 December: closed", from today on."""
    for day in (today + timedelta(days=more) for more in range(LOOKED_AT)):
        usual = hours.hours.get(day.isoweekday(), ())
        windows = hours.special.get(day, () if day in hours.holidays else usual)
        if windows != usual:
            name = near_day(day, today)
            yield say("{day}: {hours}", day=f"{name[0].upper()}{name[1:]}", hours=windows_words(windows))


def windows_words(windows: Hours) -> str:
    spans = [say("{opens} to {closes}", opens=hour(opens), closes=hour(closes)) for opens, closes in windows]
    return ", ".join(spans) or say("closed")


def changes() -> tuple[Change, ...]:
    """The last few. One query."""
    events = Event.objects.of(STREAM).filter(kind="hours_changed").reverse().select_related("actor")
    return tuple(map(change, events[:LATEST]))


def change(event: Event) -> Change:
    facts, actor = event.facts, event.actor
    before, after = facts.get("before", {}), facts["after"]
    about = dict.fromkeys(words for name, words in ABOUT.items() if before.get(name) != after.get(name))
    whose = Function(facts["function"]).label
    words = say("entered the hours of {function}.", function=whose)
    if before:
        what = ", ".join(say(one) for one in about)
        words = say("changed {function}: {what}.", function=whose, what=what)
    return Change(actor.name if actor else "", actor.initials if actor else "", event.at, words)
