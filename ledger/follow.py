"""Whoever reacts to events: named followers, each with its place in the ledger.

An event draws its id before its transaction ends, so one with a lower id may appear later; a reader that
remembers the last id it saw would skip it for ever. A follower reads in the order (txid, id), and only below
`pg_snapshot_xmin`: there every transaction has ended, so nothing can appear behind its place any more. A long
transaction holds followers up; it never makes them miss anything.

A handler changes the database and nothing else. It runs in the transaction that moves the place, in a
savepoint of its own, so what it did and its place are never apart. It must stand being called twice for one
event: when a follower begins again, and after `catch_up`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from base import clock
from ledger.models import Event, Follower

BATCH = 200  # events of one transaction
KEPT_ERROR = 2000  # characters
BEGINNING = (0, 0)
BASE = "coalesce((SELECT max(base) FROM ledger_server), 0)"  # as in the database function ledger_txid()
OTHER_SERVER = (
    "The ledger was followed further than this server has counted its transactions: it was restored into a "
    "new server. Stop the product, run `manage.py adopt`, start it again."
)

Handler = Callable[[Event], None]
AnyHandler = TypeVar("AnyHandler", bound=Handler)
Place = tuple[int, int]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """How many events were handed over, and whether there may be more."""

    count: int
    more: bool


NOTHING = Batch(0, False)


def hears(*kinds: str) -> Callable[[AnyHandler], AnyHandler]:
    """Mark a handler with the kinds of events it is called for."""

    def mark(handler: AnyHandler) -> AnyHandler:
        cast(Any, handler).kinds = kinds
        return handler

    return mark


def handler_of(name: str) -> tuple[Handler, tuple[str, ...]]:
    handler = import_string(settings.FOLLOWERS[name])
    return handler, handler.kinds


def follow_all(ends: float) -> int:
    """Let every follower read on until `ends` on the monotonic clock, one batch each at least."""
    return sum(follow(name, ends) for name in settings.FOLLOWERS)


def follow(name: str, ends: float = float("inf")) -> int:
    """Hand over what is there, batch by batch. How many events. Nothing while another process is at it."""
    batch = step(name)
    count = batch.count
    while batch.more and time.monotonic() < ends:
        batch = step(name)
        count += batch.count
    return count


def catch_up() -> None:
    """Bring every follower up to now, for whoever wants to see the outcome at once.

    Inside a transaction that also means what this transaction wrote itself: it is handed over without moving
    any place past it, so it comes once more after the commit.
    """
    for name in settings.FOLLOWERS:
        follow(name)
        handler, kinds = handler_of(name)
        for event in Event.objects.filter(txid=own_transaction(), kind__in=kinds).order_by("pk"):
            handler(event)


def behind(follower: Follower, most: int) -> int:
    """How many events it has yet to be handed, counted up to `most`."""
    _, kinds = handler_of(follower.name)
    return Event.objects.after(follower.place).filter(kind__in=kinds)[:most].count()


def again(name: str) -> None:
    """Send a follower back to the first event. Raises ValueError for one that settings do not name."""
    if name not in settings.FOLLOWERS:
        raise ValueError(f"settings.FOLLOWERS names no {name!r}")
    Follower.objects.filter(name=name).update(txid=0, event=0, last_error="", moved_at=clock.now())


@transaction.atomic
def step(name: str) -> Batch:
    """One batch, together with the move of its place."""
    follower = hold(name)
    if follower is None:
        return NOTHING
    handler, kinds = handler_of(name)
    horizon = oldest_running()
    if horizon < follower.txid:
        move(follower, follower.place, OTHER_SERVER)
        return NOTHING
    events = list(Event.objects.after(follower.place).filter(txid__lt=horizon, kind__in=kinds)[:BATCH])
    done, error = hand_over(name, handler, events)
    if error or len(events) == BATCH:
        move(follower, (events[done - 1].txid, events[done - 1].pk) if done else follower.place, error)
    else:
        move(follower, (horizon, 0))
    return Batch(done, len(events) == BATCH and not error)


def hold(name: str) -> Follower | None:
    """The row of this follower, locked; None while somebody else has it."""
    rows = Follower.objects.filter(name=name)
    if not rows.exists():
        Follower.objects.bulk_create([Follower(name=name, moved_at=clock.now())], ignore_conflicts=True)
    return rows.select_for_update(skip_locked=True, no_key=True).first()


def hand_over(name: str, handler: Handler, events: Sequence[Event]) -> tuple[int, str]:
    """How many events went well, and why the next did not. A follower that fails stands still, says so and is
    tried again by the next sweep; the others go on."""
    for done, event in enumerate(events):
        try:
            with transaction.atomic():
                handler(event)
        except Exception as error:
            log.exception("follower %s failed at event %s", name, event.pk)
            return done, f"Event {event.pk}: {type(error).__name__}: {error}"
    return len(events), ""


def move(follower: Follower, place: Place, error: str = "") -> None:
    """Write the place down, if it is another one or there is something to say."""
    said = error[:KEPT_ERROR].replace("\0", "")
    if (follower.place, follower.last_error) != (place, said):
        follower.txid, follower.event = place
        follower.last_error, follower.moved_at = said, clock.now()
        follower.save()


def oldest_running() -> int:
    """Every transaction with a lower number has ended, and this process sees what it did."""
    return ask(f"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {BASE}")


def own_transaction() -> int:
    """The number of this transaction; 0 when it has written nothing."""
    return ask(f"SELECT coalesce(pg_current_xact_id_if_assigned()::text::bigint + {BASE}, 0)")


def ask(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        (answer,) = cursor.fetchone()
        return int(answer)
