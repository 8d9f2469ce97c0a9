"""The record of everything: all streams of the ledger in words, for auditors and the deal desk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse

from base.errors import NotYours
from base.words import mark, say
from deals.models import Deal
from desk import said_beside_deals
from desk.book import Book, books_of
from desk.clocks import Now
from desk.entries import Asked, Place, asked_in, key_of, place_of, some
from desk.record import FILTERS, day_name
from desk.record_file import said_cells, when_cells
from desk.shelf import Shelf, shelf_of
from desk.words import KINDS as OF_DEALS
from desk.words import SENTENCES as DEAL_SENTENCES
from desk.words import SYSTEM, Entry
from desk.words import entry as entry_of_deal
from guardrails.models import PolicyVersion
from ledger.models import Event
from ledger.replay import operates
from people.models import User
from people.shown import cost_view

A_PAGE = 50
CHUNK = 200  # entries that are in memory at once
MOST = 20_000  # in one file
BESIDE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "policy": (mark("Policy"), ("policy_loaded", "policy_reviewed", "policy_published")),
    "authority": (mark("Authority"), ("appointed", "authority_ended")),
    "person": (mark("People"), ("person_set",)),
    "absence": (mark("Absences"), ("absence.set", "absence.ended")),
    "profile": (mark("Profiles"), ("profile_set",)),
    "hours": (mark("Working hours"), ("hours_changed",)),
    "quarter_end": (mark("Quarter end"), ("quarter_end_on", "quarter_end_off")),
    "rates": (mark("Rates"), ("rate.entered", "rate.corrected", "rates.loaded")),
    "import": (mark("Import"), tuple(k for k in said_beside_deals.SENTENCES if k.startswith("import_"))),
    "operations": (mark("Operations"), ("effects.replayed",)),
}
KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **BESIDE,
    **{
        key: (word, tuple(kind for kind in DEAL_SENTENCES if kind.startswith(f"{key}.")))
        for key, word in OF_DEALS.items()
    },
}
AREA = {kind: word for word, kinds in BESIDE.values() for kind in kinds}
HEAD = (
    *(mark("Of"), mark("Account"), mark("No."), mark("Day"), mark("Time"), mark("Who"), mark("Acting for")),
    *(mark("What happened"), mark("More about it"), mark("Terms")),
)
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, and of what it is: a deal with its account, or the part of the product that `of` names.
    `own`: where the record of the deal has it."""

    key: str
    entry: Entry
    of: str
    account: str = ""
    own: str = ""

    @property
    def anchor(self) -> str:
        return f"e-{self.key}".replace(":", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """`older`, `newer`: the entries to go on behind or before; "" where there is nothing more. `at`: the one
    that was asked for."""

    days: tuple[Day, ...]
    older: str
    newer: str
    at: str
    of_deals: Words
    beside: Words
    who: Words
    kept: str


def refuse_others(user: User) -> None:
    if not user.sees_all:
        raise NotYours(
            say(
                "The record of everything is for auditors and the deal desk. "
                "Each deal that you may see has a record of its own."
            )
        )


def whole_for(user: User, asked: Mapping[str, str], now: Now) -> Whole:
    """One page. A fixed number of queries, none of which grows with the ledger. Raises NotYours."""
    refuse_others(user)
    places = {key: place_of(asked.get(name, "")) for key, name in PLACES.items()}
    place = Place(**places)
    found = some(narrowed(asked, now), place, A_PAGE + 1)
    more, up = len(found) > A_PAGE, place.before is not None
    events = found[:A_PAGE][::-1] if up else found[:A_PAGE]
    return Whole(
        days=days_of(tuple(lines_of(events, user, now)), now),
        older=key_of(events[-1]) if events and (up or more) else "",
        newer=key_of(events[0]) if events and (more if up else place != Place()) else "",
        at=asked.get("entry", ""),
        of_deals=tuple((key, say(word)) for key, (word, _) in KINDS.items() if key not in BESIDE),
        beside=tuple((key, say(word)) for key, (word, _) in BESIDE.items()),
        who=tuple((str(pk), name) for pk, name in User.objects.by_name().values_list("pk", "name")),
        kept=urlencode({key: asked[key] for key in FILTERS if asked.get(key)}),
    )


PLACES = {"behind": "older", "at": "entry", "before": "newer"}  # by what an address calls them


def narrowed(asked: Mapping[str, str], now: Now) -> Asked:
    return asked_in(asked, KINDS.get(asked.get("kind", ""), ("", ()))[1], now)


def whole_file(
    user: User, asked: Mapping[str, str], now: Now
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The head, and the lines as they are read: the newest MOST. As many queries for each chunk. Raises
    NotYours."""
    refuse_others(user)
    wanted = narrowed(asked, now)

    def lines() -> Iterator[tuple[str, ...]]:
        place, left = Place(), MOST
        while left and (events := some(wanted, place, min(CHUNK, left))):
            yield from (cells(line, now) for line in lines_of(events, user, now))
            place, left = Place(behind=events[-1]), left - len(events)

    return tuple(map(say, HEAD)), lines()


def cells(line: Line, now: Now) -> tuple[str, ...]:
    entry = line.entry
    number, when = str(entry.sequence), when_cells(entry, now)
    return (line.of, line.account, number, *when, *said_cells(entry))


def lines_of(events: Sequence[Event], user: User, now: Now) -> Iterator[Line]:
    """Each in words, in the same order: as many queries for one as for all. Without deals that this person
    may not see."""
    policy = PolicyVersion.objects.in_force(now.at).policy
    view = cost_view(user, policy)
    of_deals = [event for event in events if deal_of(event)]
    numbers = {deal_of(event) for event in of_deals}
    deals = Deal.objects.visible_to(user).filter(pk__in=numbers).select_related("account")
    books = books_of(list(deals), of_deals, view)
    beside = [event for event in events if not deal_of(event)]
    shelf = shelf_of(beside, policy, now.today, prints=view != "band")
    for event in events:
        if not deal_of(event):
            yield line_beside(event, shelf, user)
        elif book := books.get(deal_of(event)):
            yield line_of_deal(event, book)


def deal_of(event: Event) -> int:
    area, _, number = event.stream.partition(":")
    return int(number) if area == "deal" else 0


def line_of_deal(event: Event, book: Book) -> Line:
    own = f"{reverse('desk:record', args=[book.deal.number])}?entry={event.sequence}#e{event.sequence}"
    return Line(key_of(event), entry_of_deal(event, book), book.deal.number, book.deal.account.name, own)


def line_beside(event: Event, shelf: Shelf, user: User) -> Line:
    sentence = said_beside_deals.SENTENCES.get(event.kind, said_beside_deals.unknown)
    actor = shelf.people.get(event.actor_id) if event.actor_id else None
    url, word = said_beside_deals.address_of(event, shelf)
    if event.stream == "operations" and operates(user):
        url, word = reverse("desk:operations"), say("Operations")
    entry = Entry(
        sequence=event.sequence,
        at=event.at,
        kind=event.kind,
        who=actor.name if actor else say(SYSTEM),
        initials=actor.initials if actor else "",
        acting_for=shelf.name(event.acting_for_id),
        said=replace(sentence(event, event.facts, shelf), link=word),
        url=url,
    )
    return Line(key_of(event), entry, say(AREA.get(event.kind, event.stream)))


def days_of(lines: Sequence[Line], now: Now) -> tuple[Day, ...]:
    grouped = groupby(lines, key=lambda line: line.entry.at.astimezone(now.zone).date())
    return tuple(Day(day_name(each, now.local.date()), tuple(those)) for each, those in grouped)
