"""Prove that the ledger still says what was written into it.

Each event holds the hash of the one before and of all it says itself; the head of each stream holds the
last one's. That shows an event that was changed, taken out, moved to another place, put in, or cut off the
end. Heads exported to a place that the database's owner cannot write (a checkpoint) also show a tail that
was cut off together with its head, and a chain that was written anew.

Not detectable: what happened after the last checkpoint, if it was cut off or written anew together with the
head by someone who owns the database; a change that was never recorded; `id` and `txid`, which only tell
readers where to go on, are not covered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from base import canonical
from base.words import say
from ledger.models import Event
from ledger.record import seal

SCHEMA = 1
Heads = Mapping[str, tuple[int, str]]

# One statement, so that events and heads are of one moment while others write.
CHAINS = """
    SELECT stream, head.sequence, head.hash, event.id, event.sequence, event.kind, event.at, event.actor_id,
           event.acting_for_id, event.body, event.previous, event.hash
    FROM ledger_event AS event FULL JOIN ledger_head AS head USING (stream)
    WHERE %(stream)s IS NULL OR stream = %(stream)s
    ORDER BY stream, event.sequence
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry and its `kind` of fault: altered, removed, reordered, cut off, head or checkpoint."""

    stream: str
    sequence: int
    kind: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.stream}, entry {self.sequence}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Chain:
    """One stream as stored: its events in order, and its head (0 and "" when it has none)."""

    stream: str
    events: tuple[Event, ...]
    sequence: int
    hash: str

    def faults(self) -> Iterator[Fault]:
        yield from missing(self)
        yield from wrong(self)
        yield from cut(self)


@dataclass(frozen=True, slots=True)
class Report:
    """How much was read, and every fault found."""

    streams: int
    events: int
    faults: tuple[Fault, ...]
    heads: Heads


def verify(stream: str | None = None, *, checkpoint: Heads | None = None) -> Report:
    """Read one stream or all of them and name each entry that was altered, removed, reordered or cut off."""
    faults: list[Fault] = []
    heads: dict[str, tuple[int, str]] = {}
    events = 0
    known = {name: head for name, head in (checkpoint or {}).items() if stream in (None, name)}
    for chain in chains(stream):
        faults += chain.faults()
        faults += against(chain, known.pop(chain.stream, None))
        heads[chain.stream] = (chain.sequence, chain.hash)
        events += len(chain.events)
    faults += [gone(name, sequence) for name, (sequence, _) in sorted(known.items())]
    return Report(len(heads), events, tuple(faults), heads)


def chains(stream: str | None) -> Iterator[Chain]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAINS, {"stream": stream})
        for name, rows in groupby(cursor, key=lambda row: row[0]):
            yield chain_of(name, rows)


def chain_of(stream: str, rows: Iterable[tuple[Any, ...]]) -> Chain:
    read = list(rows)
    names = ("id", "sequence", "kind", "at", "actor_id", "acting_for_id", "body", "previous", "hash")
    events = tuple(Event(stream=stream, **dict(zip(names, row[3:], strict=True))) for row in read if row[3])
    return Chain(stream, events, read[0][1] or 0, read[0][2] or "")


def missing(chain: Chain) -> Iterator[Fault]:
    """Gaps in the numbers: what was taken out before the last entry still there."""
    there = {event.sequence for event in chain.events}
    for number in range(1, max(there, default=0)):
        if number not in there:
            yield Fault(chain.stream, number, "removed", say("it was removed"))


def wrong(chain: Chain) -> Iterator[Fault]:
    """Entries whose hash does not fit what they say, or that do not follow the entry before them."""
    places = by_links(chain.events)
    before: Event | None = None
    for event in chain.events:
        place = places.get(event.hash, event.sequence)
        if seal(event, event.sequence) == event.hash:
            if places.get(event.hash) != event.sequence and follows(event, before) is False:
                torn = say("it does not follow from the entry before it")
                yield Fault(chain.stream, event.sequence, "altered", torn)
        elif place != event.sequence and seal(event, place) == event.hash:
            moved = say("it was written as entry {place}", place=place)
            yield Fault(chain.stream, event.sequence, "reordered", moved)
        else:
            yield Fault(chain.stream, event.sequence, "altered", say("it does not say what was written"))
        before = event


def follows(event: Event, before: Event | None) -> bool | None:
    """Whether `event` names the hash of its neighbour; None when that one is missing and cannot be asked."""
    if (before.sequence if before else 0) != event.sequence - 1:
        return None
    return event.previous == (before.hash if before else "")


def by_links(events: Iterable[Event]) -> dict[str, int]:
    """Hash → place, as the links alone tell it, from the first entry on."""
    after = {event.previous: event.hash for event in events}
    places: dict[str, int] = {}
    here = ""
    while here in after and after[here] not in places:
        here = after[here]
        places[here] = len(places) + 1
    return places


def cut(chain: Chain) -> Iterator[Fault]:
    """The end of the stream against its head."""
    last = chain.events[-1].sequence if chain.events else 0
    for number in range(last + 1, chain.sequence + 1):
        yield Fault(chain.stream, number, "cut off", say("it was cut off the end"))
    if last > chain.sequence:
        short = say("the head knows only {count} entries", count=chain.sequence)
        yield Fault(chain.stream, last, "head", short)
    elif last == chain.sequence and chain.events and chain.events[-1].hash != chain.hash:
        yield Fault(chain.stream, last, "head", say("the head holds another hash"))


def against(chain: Chain, known: tuple[int, str] | None) -> Iterator[Fault]:
    """The stream against a checkpoint of it."""
    if known is None:
        return
    sequence, sealed = known
    held = {event.sequence: event.hash for event in chain.events}.get(sequence)
    if held is None:
        yield gone(chain.stream, sequence)
    elif held != sealed:
        yield Fault(
            chain.stream, sequence, "checkpoint", say("the checkpoint holds another hash: written anew since")
        )


def gone(stream: str, sequence: int) -> Fault:
    lost = say("the checkpoint has it, the ledger does not: cut off since")
    return Fault(stream, sequence, "checkpoint", lost)


def export(heads: Heads) -> str:
    """A checkpoint as text; `read` gives it back."""
    return canonical.dumps({"schema": SCHEMA, "heads": {name: list(head) for name, head in heads.items()}})


def read(text: str) -> Heads:
    """A checkpoint from its text. Raises ValueError when it is not one."""
    found = json.loads(text)
    if (
        not isinstance(found, dict)
        or found.get("schema") != SCHEMA
        or not isinstance(found.get("heads"), dict)
    ):
        raise ValueError("this is no checkpoint of a ledger")
    return {name: (int(sequence), str(sealed)) for name, (sequence, sealed) in found["heads"].items()}
