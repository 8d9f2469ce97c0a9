"""Who is away, as its page says it: one person's absences, and everyone for whom the reader may set them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Q

from approvals.absence import Window
from base.format import hour, short_day
from base.worktime import MIDNIGHT, instant
from people.accounts import UserQuerySet
from people.models import Absence, Function, User

A_PAGE = 50
INSTANT = timedelta(microseconds=1)
LATEST = 10  # of those that are over


@dataclass(frozen=True, slots=True)
class Row:
    """One absence. `who`: who stands in, empty for nobody. `scope`: empty for everything."""

    absence: Absence
    days: str
    who: str
    scope: str
    now: bool

    @property
    def from_calendar(self) -> bool:
        return self.absence.source == Absence.Source.CALENDAR

    @property
    def taken_back(self) -> bool:
        """Ended before it began."""
        ended = self.absence.ended_at
        return ended is not None and ended <= self.absence.starts


@dataclass(frozen=True, slots=True)
class Leave:
    """One person's absences, the first to begin first; `over`: the latest that are, the latest first. `mine`:
    they are the reader's own."""

    person: User
    mine: bool
    rows: tuple[Row, ...]
    over: tuple[Row, ...]

    @property
    def calendar(self) -> int:
        return sum(row.from_calendar for row in self.rows)


@dataclass(frozen=True, slots=True)
class Someone:
    """`next`: the absence in force, or the next to come; None where nothing is planned."""

    person: User
    next: Row | None


def leave_of(person: User, reader: User, at: datetime) -> Leave:
    """Two queries."""
    theirs = Absence.objects.of(person).select_related("user", "delegate", "set_by", "ended_by")
    over = theirs.over(at).order_by("-starts", "-pk")[:LATEST]
    return Leave(
        person,
        person == reader,
        tuple(row_of(one, at) for one in theirs.not_over(at)),
        tuple(row_of(one, at) for one in over),
    )


def row_of(absence: Absence, at: datetime) -> Row:
    return Row(
        absence=absence,
        days=days_of(absence, at),
        who=absence.delegate.name if absence.delegate else "",
        scope=absence.get_function_display() if absence.function else "",
        now=absence.starts <= at,
    )


def days_of(absence: Absence, at: datetime) -> str:
    """ "8 Jun – 14 Jun", by the calendar of who is away; with the hour where a day is not whole."""
    zone = ZoneInfo(absence.user.timezone)
    first, back = absence.starts.astimezone(zone), absence.ends.astimezone(zone)
    year = at.astimezone(zone).year
    begins, ends = short_day(first.date(), year), short_day((back - INSTANT).date(), year)
    if first.time() != MIDNIGHT:
        begins = f"{begins} {hour(first)}"
    if back.time() != MIDNIGHT:
        ends = f"{ends} {hour(back)}"
    return begins if begins == ends else f"{begins} – {ends}"


def window_of(first: date, last: date, person: User) -> Window:
    """From the first instant of one day up to the last of another, where the person is."""
    zone = ZoneInfo(person.timezone)
    return Window(instant(first, MIDNIGHT, zone), instant(last + timedelta(days=1), MIDNIGHT, zone))


def those_of(reader: User) -> UserQuerySet:
    """Everyone for whom the reader may say it, besides themselves: everybody for the desk, else who reports
    to them."""
    others = User.objects.active().exclude(pk=reader.pk).by_name()
    return others if reader.function == Function.DESK else others.filter(manager=reader)


def people_of(
    reader: User, asked: Mapping[str, str], at: datetime
) -> "tuple[tuple[Someone, ...], Page[User]]":
    """One page of them, narrowed by name or to who is away. Three queries."""
    people = those_of(reader)
    if words := asked.get("q", "").strip():
        people = people.filter(Q(name__icontains=words) | Q(email__icontains=words))
    if asked.get("when") == "away":
        people = people.filter(pk__in=Absence.objects.holding(at).values("user"))
    page = Paginator(people, A_PAGE).get_page(asked.get("page"))
    return tuple(someones(page.object_list, at)), page


def someones(people: Iterable[User], at: datetime) -> Iterable[Someone]:
    listed = list(people)
    related = Absence.objects.not_over(at).filter(user__in=listed).select_related("user", "delegate")
    first: dict[int, Absence] = {}
    for absence in related.order_by("starts", "pk"):
        first.setdefault(absence.user_id, absence)
    for person in listed:
        found = first.get(person.pk)
        yield Someone(person, row_of(found, at) if found else None)
