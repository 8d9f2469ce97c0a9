"""Append one event to its stream, chained to the one before."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from base import canonical
from ledger.models import Event
from people.models import User

WORD = re.compile(r"\S{0,128}")
SCHEMA = 1
LOCK = "SELECT sequence, hash FROM ledger_head WHERE stream = %s FOR NO KEY UPDATE"
BEGIN = "INSERT INTO ledger_head (stream, sequence, hash) VALUES (%s, 0, '') ON CONFLICT DO NOTHING"
WRITTEN = (
    "stream",
    "sequence",
    "kind",
    "at",
    "actor_id",
    "acting_for_id",
    "body",
    "previous",
    "hash",
)
APPEND = f"""
    WITH head AS (
        UPDATE ledger_head SET sequence = %(sequence)s, hash = %(hash)s WHERE stream = %(stream)s
    )
    INSERT INTO ledger_event ({", ".join(WRITTEN)})
    VALUES ({", ".join(f"%({name})s" for name in WRITTEN)})
    RETURNING id, txid
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
    sequence, previous = lock_head(stream)
    event = Event(
        stream=stream,
        sequence=sequence + 1,
        kind=kind,
        at=at,
        actor=by,
        acting_for=acting_for,
        body=canonical.dumps({"schema": SCHEMA, **body}),
        previous=previous,
    )
    event.hash = seal(event, event.sequence)
    append(event)
    return event


def append(event: Event) -> None:
    """Write the event and move the head of its stream, in one statement: every verb waits for this."""
    said = {name: getattr(event, name) for name in WRITTEN}
    with connection.cursor() as cursor:
        cursor.execute(APPEND, said)
        event.pk, event.txid = cursor.fetchone()
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


def lock_head(stream: str) -> tuple[int, str]:
    """The last place of the stream and its hash, locked; 0 and "" for one that begins."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [stream])
        found: tuple[int, str] | None = cursor.fetchone()
        if found is None:
            cursor.execute(BEGIN, [stream])
            cursor.execute(LOCK, [stream])
            found = cursor.fetchone()
    return found or (0, "")


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
