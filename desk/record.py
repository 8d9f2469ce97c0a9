"""The record of a deal: every entry in words, by day, and whether the chain still holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

from approvals.models import Mandate, Request, Step
from base.format import long_day, whole_day
from base.words import mark, say
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
NEAR = {
    -1: mark("Yesterday, {day}"),
    0: mark("Today, {day}"),
    1: mark("Tomorrow, {day}"),
}
FILTERS = ("kind", "who", "revision", "since", "until")
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
    """`who`: ids and names of those who did something here. `last`: the newest entry of all. `at`: the number
    of the entry that was asked for, if it is shown. `kept`: the filters in force, as an address has them."""

    days: tuple[Day, ...]
    page: Page[Event]
    kinds: tuple[Kind, ...]
    who: tuple[tuple[str, str], ...]
    report: Report
    first: Event | None
    last: Event | None
    revisions: tuple[Revised, ...]
    at: int
    kept: str


def record_of(room: Room, asked: Mapping[str, str]) -> Record:
    """One page of what was asked for, newest first. A fixed number of queries."""
    events = list(Event.objects.of(room.deal.stream).select_related("actor"))
    wanted = chosen(events, asked, room)[::-1]
    pages = Paginator(wanted, A_PAGE)
    at = next(
        (place for place, event in enumerate(wanted) if str(event.sequence) == asked.get("entry")), None
    )
    page = pages.get_page(asked.get("page") if at is None or "page" in asked else at // A_PAGE + 1)
    return Record(
        days=days_of(entries_of(room, page.object_list), room.now),
        page=page,
        kinds=kinds_of(events, asked.get("kind", "")),
        who=people_of(events),
        report=verify(room.deal.stream),
        first=events[0] if events else None,
        last=events[-1] if events else None,
        revisions=revisions_of(room),
        at=0 if at is None else wanted[at].sequence,
        kept=urlencode({key: asked[key] for key in FILTERS if asked.get(key)}),
    )


def chosen(events: Sequence[Event], asked: Mapping[str, str], room: Room) -> list[Event]:
    """Those that fit every filter; one that makes no sense filters nothing. A fixed number of queries."""
    kind, person, revision = asked.get("kind", ""), asked.get("who", ""), asked.get("revision", "")
    since, until = day_in(asked.get("since", "")), day_in(asked.get("until", ""))
    about = revision_of(room)
    return [
        event
        for event in events
        if (not kind or event.kind.startswith(f"{kind}."))
        and (not person or str(event.actor_id) == person)
        and (not revision or about(event) == revision)
        and within(event.at.astimezone(room.now.zone).date(), since, until)
    ]


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


def revision_of(room: Room) -> Callable[[Event], str]:
    """What says which revision an event is about; nothing for what is about the deal as a whole."""
    deal = room.deal
    numbers = dict(deal.requests.values_list("pk", "revision__number"))
    steps = dict(Step.objects.filter(deal=deal).values_list("pk", "request"))
    mandates = dict(deal.mandates.values_list("pk", "request"))
    offers = {offer.pk: mandates.get(offer.mandate_id) for offer in room.offers}
    ways: tuple[tuple[str, Mapping[int, int | None]], ...] = (
        ("step", steps),
        ("mandate", mandates),
        ("offer", offers),
    )

    def about(event: Event) -> str:
        facts = event.facts
        asked = facts.get("request") or next((ids.get(facts[key]) for key, ids in ways if key in facts), None)
        return str(facts.get("revision") or numbers.get(asked or 0, ""))

    return about


def kinds_of(events: Sequence[Event], current: str) -> tuple[Kind, ...]:
    counts = Counter(event.kind.partition(".")[0] for event in events)
    every = Kind("", say("All"), len(events), not current)
    return (
        every,
        *(Kind(key, say(word), counts[key], key == current) for key, word in KINDS.items() if counts[key]),
    )


def people_of(events: Iterable[Event]) -> tuple[tuple[str, str], ...]:
    names = {str(event.actor.pk): event.actor.name for event in events if event.actor}
    return tuple(sorted(names.items(), key=lambda one: one[1]))


def days_of(entries: Iterable[Entry], now: Now) -> tuple[Day, ...]:
    grouped = groupby(entries, key=lambda entry: entry.at.astimezone(now.zone).date())
    return tuple(Day(day_name(each, now.local.date()), tuple(those)) for each, those in grouped)


def day_name(day: date, today: date) -> str:
    """ "Today, Thursday 11 June"."""
    near = NEAR.get((day - today).days)
    if near:
        return say(near, day=whole_day(day))
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
    end = say("In review")
    if request.ended_at:
        status, moment = request.get_status_display(), room.now.moment(request.ended_at)
        end = say("{status} {moment}", status=status, moment=moment)
    return Revised(
        number=request.revision.number,
        terms_hash=request.terms_hash,
        words=revised_words(", ".join(asked), end, narrowed(mandate, room)),
        icon=icon,
        tone=tone,
    )


def revised_words(terms: str, end: str, values: Sequence[str]) -> str:
    if not values:
        return say("{terms} at the walk-away. {end}.", terms=terms, end=end)
    narrowed = listed(values)
    return say(
        "{terms} at the walk-away. {end}, narrowed to {values}.", terms=terms, end=end, values=narrowed
    )


def narrowed(mandate: Mandate | None, room: Room) -> list[str]:
    """The limits that were granted for less than was asked."""
    if mandate is None:
        return []
    granted = granted_of(mandate, room.view)
    return [
        shown(limit.key, limit.value, granted.policy)
        for limit in granted.limits
        if limit.source == "narrowed" and not hides(room.view, limit.key)
    ]


def latest_of(room: Room) -> tuple[Entry, ...]:
    """The last few entries."""
    events = Event.objects.of(room.deal.stream).reverse()[:LATEST]
    return entries_of(room, events)
