"""The record of a deal: every entry in words, by day, and whether the chain still holds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.core.paginator import Page, Paginator

from approvals.models import Mandate, Request
from base.format import NEAR, long_day, whole_day
from desk.clocks import Now
from desk.cost import hides
from desk.head import Room
from desk.phrases import listed, shown
from desk.room import granted_of
from desk.words import KINDS, Entry, entries_of
from guardrails.metric import METRICS
from ledger.models import Event
from ledger.verify import Report, verify

A_PAGE = 50
LATEST = 5
ICONS = {
    Request.Status.OPEN: ("progress", "is-accent"),
    Request.Status.GRANTED: ("shield-check", "is-ok"),
    Request.Status.DECLINED: ("x", "is-bad"),
}


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    word: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Revised:
    """One revision: which terms it asked for, and what became of it."""

    number: int
    terms_hash: str
    words: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Record:
    """`who`: ids and names of those who did something here. `last`: the newest entry of all."""

    days: tuple[Day, ...]
    page: Page[Event]
    kinds: tuple[Kind, ...]
    who: tuple[tuple[str, str], ...]
    report: Report
    first: Event | None
    last: Event | None
    revisions: tuple[Revised, ...]


def record_of(room: Room, asked: Mapping[str, str]) -> Record:
    """One page of what was asked for, newest first. A fixed number of queries."""
    events = list(Event.objects.of(room.deal.stream).select_related("actor"))
    kind, person = asked.get("kind", ""), asked.get("who", "")
    wanted = [event for event in events if fits(event, kind, person)]
    page = Paginator(wanted[::-1], A_PAGE).get_page(asked.get("page"))
    return Record(
        days=days_of(entries_of(room, page.object_list), room.now),
        page=page,
        kinds=kinds_of(events, kind),
        who=people_of(events),
        report=verify(room.deal.stream),
        first=events[0] if events else None,
        last=events[-1] if events else None,
        revisions=revisions_of(room),
    )


def fits(event: Event, kind: str, person: str) -> bool:
    return (not kind or event.kind.startswith(f"{kind}.")) and (not person or str(event.actor_id) == person)


def kinds_of(events: Sequence[Event], current: str) -> tuple[Kind, ...]:
    counts = Counter(event.kind.partition(".")[0] for event in events)
    every = Kind("", "All", len(events), not current)
    return (
        every,
        *(Kind(key, word, counts[key], key == current) for key, word in KINDS.items() if counts[key]),
    )


def people_of(events: Iterable[Event]) -> tuple[tuple[str, str], ...]:
    names = {str(event.actor.pk): event.actor.name for event in events if event.actor}
    return tuple(sorted(names.items(), key=lambda one: one[1]))


def days_of(entries: Iterable[Entry], now: Now) -> tuple[Day, ...]:
    grouped = groupby(entries, key=lambda entry: entry.at.astimezone(now.zone).date())
    return tuple(Day(day_name(each, now.local.date()), tuple(those)) for each, those in grouped)


def day_name(day: date, today: date) -> str:
    """ "Today, Thursday 11 June"."""
    near = NEAR.get((day - today).days, "").capitalize()
    if near:
        return f"{near}, {whole_day(day)}"
    return whole_day(day) if day.year == today.year else long_day(day)


def revisions_of(room: Room) -> tuple[Revised, ...]:
    """The newest first, each with its end."""
    requests = room.deal.requests.select_related("revision", "version").order_by("-revision__number")
    mandates = room.deal.mandates.select_related("version").prefetch_related("conditions")
    by_request = {mandate.request_id: mandate for mandate in mandates}
    return tuple(revised(request, by_request.get(request.pk), room) for request in requests)


def revised(request: Request, mandate: Mandate | None, room: Room) -> Revised:
    measured = request.revision.measured("walk_away")
    asked = [METRICS[key].show(measured.values.get(key)) for key in ("discount", "payment_days")]
    icon, tone = ICONS.get(Request.Status(request.status), ("archive", "faint"))
    end = (
        f"{request.get_status_display()} {room.now.moment(request.ended_at)}"
        if request.ended_at
        else "In review"
    )
    return Revised(
        number=request.revision.number,
        terms_hash=request.terms_hash,
        words=f"{', '.join(asked)} at the walk-away. {end}{narrowed(mandate, room)}.",
        icon=icon,
        tone=tone,
    )


def narrowed(mandate: Mandate | None, room: Room) -> str:
    if mandate is None:
        return ""
    granted = granted_of(mandate, room.view)
    values = [
        shown(limit.key, limit.value, granted.policy)
        for limit in granted.limits
        if limit.source == "narrowed" and not hides(room.view, limit.key)
    ]
    return f", narrowed to {listed(values)}" if values else ""


def latest_of(room: Room) -> tuple[Entry, ...]:
    """The last few entries."""
    events = Event.objects.of(room.deal.stream).reverse()[:LATEST]
    return entries_of(room, events)
