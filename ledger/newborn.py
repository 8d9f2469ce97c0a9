"""The first event of many new streams at once, hashed as `record` would."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from base import canonical
from ledger.models import Event, Head
from ledger.record import SCHEMA, refuse_prose, seal
from people.models import User


def record_first(
    kind: str, births: Iterable[tuple[str, dict[str, Any]]], *, by: User | None, at: datetime
) -> None:
    """Begin each stream with one event: `births` are streams with their bodies. Two statements in all.

    In the transaction that makes what the streams tell of. Raises IntegrityError for a stream that has begun,
    ValueError for prose in a body.
    """
    if not connection.in_atomic_block:
        raise ValueError(f"record {kind!r} in the transaction of the change it tells of")
    events = [first(stream, kind, body, by, at) for stream, body in births]
    Head.objects.bulk_create(Head(stream=event.stream, sequence=1, hash=event.hash) for event in events)
    Event.objects.bulk_create(events)


def first(stream: str, kind: str, body: dict[str, Any], by: User | None, at: datetime) -> Event:
    refuse_prose(kind, body)
    text = canonical.dumps({"schema": SCHEMA, **body})
    event = Event(stream=stream, sequence=1, kind=kind, at=at, actor=by, body=text, previous="")
    event.hash = seal(event, 1)
    return event
