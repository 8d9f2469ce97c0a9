"""Append one event to its stream, chained to the one before."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from base import canonical
from ledger.models import Event, Head
from people.models import User

WORD = re.compile(r"\S{0,128}")
SCHEMA = 1


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
    head = lock_head(stream)
    event = Event(
        stream=stream,
        sequence=head.sequence + 1,
        kind=kind,
        at=at,
        actor=by,
        acting_for=acting_for,
        body=canonical.dumps({"schema": SCHEMA, **body}),
        previous=head.hash,
    )
    event.hash = seal(event, event.sequence)
    event.save(force_insert=True)
    head.sequence, head.hash = event.sequence, event.hash
    head.save(update_fields=["sequence", "hash"])
    return event


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


def lock_head(stream: str) -> Head:
    heads = Head.objects.select_for_update(no_key=True).filter(stream=stream)
    if head := heads.first():
        return head
    Head.objects.bulk_create([Head(stream=stream)], ignore_conflicts=True)
    return heads.get()


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
