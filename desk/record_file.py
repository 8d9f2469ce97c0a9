"""The record of a deal as a file: the entries that were asked for, in the order of its page."""

from collections.abc import Iterator, Mapping

from base.words import mark, say
from desk.clocks import Now
from desk.head import Room
from desk.record import chosen
from desk.words import KINDS, Entry, entries_of
from ledger.models import Event

HEAD = (
    *(mark("No."), mark("Day"), mark("Time"), mark("Kind"), mark("Who"), mark("Acting for")),
    *(mark("What happened"), mark("More about it"), mark("Terms")),
)


def file_name(room: Room) -> str:
    """ "D-1284-record.csv"."""
    return f"{room.deal.number}-record.csv"


def record_file(room: Room, asked: Mapping[str, str]) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The head, and the lines, newest first: what all pages show. A fixed number of queries."""
    events = list(Event.objects.of(room.deal.stream))
    entries = entries_of(room, chosen(events, asked, room)[::-1])
    return tuple(map(say, HEAD)), (cells(entry, room.now) for entry in entries)


def cells(entry: Entry, now: Now) -> tuple[str, ...]:
    kind = say(KINDS.get(entry.kind, ""))
    return (str(entry.sequence), *when_cells(entry, now), kind, *said_cells(entry))


def when_cells(entry: Entry, now: Now) -> tuple[str, str]:
    """Day and time, by the reader's clock; no time where only the day is told."""
    local = entry.at.astimezone(now.zone)
    return f"{local:%Y-%m-%d}", "" if entry.only_day else f"{local:%H:%M}"


def said_cells(entry: Entry) -> tuple[str, ...]:
    """Who, for whom, and what happened."""
    return (entry.who, entry.acting_for, entry.said.words, entry.said.small, entry.said.terms)
