"""Append one event to its stream, chained to the one before."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from base import canonical
from ledger.batch import at_end
from ledger.models import Event
from people.models import User

WORD = re.compile(r"\S{0,128}")
SCHEMA = 1
LOCK = (
    "SELECT stream, sequence, hash FROM ledger_head WHERE stream = ANY(%s) ORDER BY stream FOR NO KEY UPDATE"
)
BEGIN = """
    INSERT INTO ledger_head (stream, sequence, hash) SELECT stream, 0, '' FROM unnest(%s) AS stream
    ORDER BY stream ON CONFLICT DO NOTHING
"""
WRITTEN = {
    "stream": "text",
    "sequence": "integer",
    "kind": "text",
    "at": "timestamptz",
    "actor_id": "bigint",
    "acting_for_id": "bigint",
    "body": "text",
    "previous": "text",
    "hash": "text",
}
APPEND = f"""
    WITH head AS (
        UPDATE ledger_head SET sequence = new.sequence, hash = new.hash
        FROM unnest(%(streams)s, %(sequences)s, %(hashes)s) AS new(stream, sequence, hash)
        WHERE ledger_head.stream = new.stream
    )
    INSERT INTO ledger_event ({", ".join(WRITTEN)})
    SELECT * FROM unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in WRITTEN.items())})
    RETURNING hash, id, txid
"""


def record(
    stream: str, kind: str, *, by: User | None, at: datetime, acting_for: User | None = None, **body: Any
) -> Event:
    """Append an event to `stream`, in the transaction of the change it tells of, under the deal's lock.

    `by` None is the product itself. `body` holds ids, keys, hashes, numbers and times. A text with a space in
    it is a name or prose, which could not be erased with the person: ValueError.
    """
    if not connection.in_atomic_block:
        raise ValueError(f"record {kind!r} in the transaction of the change it tells of")
    refuse_prose(kind, body)
    event = Event(
        stream=stream,
        kind=kind,
        at=at,
        actor=by,
        acting_for=acting_for,
        body=canonical.dumps({"schema": SCHEMA, **body}),
    )
    at_end(append, [event])
    return event


def append(events: Iterable[Event]) -> None:
    """Chain these events, each to the end of its stream, and write them: two statements, however many."""
    written = list(events)
    heads = lock_heads({event.stream for event in written})
    for event in written:
        sequence, event.previous = heads[event.stream]
        event.sequence = sequence + 1
        event.hash = seal(event, event.sequence)
        heads[event.stream] = event.sequence, event.hash
    said: dict[str, list[Any]] = {name: [getattr(each, name) for each in written] for name in WRITTEN}
    said |= {"streams": list(heads), "sequences": [at for at, _ in heads.values()]}
    said |= {"hashes": [last for _, last in heads.values()]}
    with connection.cursor() as cursor:
        cursor.execute(APPEND, said)
        places = {seal: (pk, txid) for seal, pk, txid in cursor.fetchall()}
    for event in written:
        event.pk, event.txid = places[event.hash]
        event._state.adding = False


def seal(event: Event, sequence: int) -> str:
    """The hash of `event` as entry number `sequence` of its stream: over all it says and the hash before."""
    said = {
        "schema": SCHEMA,
        "stream": event.stream,
        "sequence": sequence,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor_id,
        "acting_for": event.acting_for_id,
        "body": event.body,
        "previous": event.previous,
    }
    return canonical.digest(canonical.dumps(said))


def lock_heads(streams: Collection[str]) -> dict[str, tuple[int, str]]:
    """The last place of each stream and its hash, locked in their order; 0 and "" for one that begins."""
    wanted = sorted(streams)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [wanted])
        found = cursor.fetchall()
        if len(found) < len(wanted):
            cursor.execute(BEGIN, [wanted])
            cursor.execute(LOCK, [wanted])
            found = cursor.fetchall()
    return {stream: (sequence, last) for stream, sequence, last in found}


def refuse_prose(kind: str, body: dict[str, Any]) -> None:
    for text in texts(body):
        if not WORD.fullmatch(text):
            raise ValueError(f"an event holds ids and hashes, no names or prose: {kind} with {text!r}")


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (*texts(key), *texts(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
