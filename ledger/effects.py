"""What is due and its delivery.

An effect is a row written in the transaction of its cause. `claim` leases due rows in a short transaction
of its own; the work is done outside it. A database effect finishes in one transaction with its mark *done*,
so it acts once whatever dies in between. An external one (a mail) is called outside a transaction and may
come again after a crash, with the same `dedupe_key`.

Leases and due times are compared with the one `now` passed in: the clocks of machines that sweep may differ
by what the lease is longer than a task may last.

Lock order: the handler locks its deal first; the effect's row comes last, by compare-and-swap. A verb that
cancels timers holds the deal too, so the two never wait for each other in a circle.
"""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVar, cast

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError
from structlog.contextvars import bind_contextvars, unbind_contextvars

from base import canonical, clock
from base.errors import WrongState
from ledger.models import Effect

LEASE = timedelta(seconds=120)
TRIES = 8
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=6)
KEPT_ERROR = 2000  # characters
EXPIRES = 60  # seconds in which a bell is heard; by the clocks of two machines, which may differ
# Whoever committed the change waits for the bell: one try, where kombu would reconnect for 6 s.
IMPATIENT = {"max_retries": 0, "socket_timeout": 1, "socket_connect_timeout": 1}

Handler = Callable[[Effect, datetime], None]
AnyHandler = TypeVar("AnyHandler", bound=Handler)

log = logging.getLogger(__name__)
in_delivery: ContextVar[int | None] = ContextVar("in_delivery", default=None)


class Overtaken(Exception):
    """The effect was done or cancelled while its handler ran: what the handler changed is rolled back."""


def external(handler: AnyHandler) -> AnyHandler:
    """Mark a handler that acts outside the database: called without a transaction, at least once."""
    cast(Any, handler).external = True
    return handler


def schedule(kind: str, key: str, dedupe_key: str, due_at: datetime, **payload: Any) -> Effect:
    """Write down that `kind` is due at `due_at`. The same `dedupe_key` again changes nothing.

    In a handler, give the next run a key of its own: the effect in delivery is marked done when it returns.
    """
    schedule_all([planned(kind, key, dedupe_key, due_at, **payload)])
    return Effect.objects.get(dedupe_key=dedupe_key)


def schedule_all(effects: Iterable[Effect]) -> None:
    """Write down what was `planned`, in one statement. The same `dedupe_key` again changes nothing."""
    Effect.objects.bulk_create(effects, ignore_conflicts=True)


def planned(kind: str, key: str, dedupe_key: str, due_at: datetime, **payload: Any) -> Effect:
    """An effect for `schedule_all`, not yet written down. Raises ValueError when nothing would handle it."""
    if kind not in settings.EFFECTS:
        raise ValueError(f"settings.EFFECTS names no handler for {kind!r}")
    return Effect(
        kind=kind,
        key=key,
        dedupe_key=dedupe_key,
        planned_for=due_at,
        due_at=due_at,
        payload=canonical.dumps(payload),
        created_at=clock.now(),
    )


def cancel(keys: str | Iterable[str]) -> int:
    """Cancel what is pending at each key and below it: "step:12" is step:12 and step:12:…, never step:123.

    Call it in the transaction of the reason, under the deal's lock. The effect whose handler calls is left
    alone: it is marked done when the handler returns.
    """
    under = Q(pk__in=[])
    for key in [keys] if isinstance(keys, str) else keys:
        under |= Q(key=key) | Q(key__startswith=f"{key}:")
    pending = Effect.objects.filter(under, state=Effect.State.PENDING)
    return pending.exclude(pk=in_delivery.get() or 0).update(state=Effect.State.CANCELLED)


def ring() -> None:
    """Wake a sweep after commit, once. Only a doorbell: without a broker the next sweep finds what is due."""
    waiting = connection.run_on_commit
    if not any(called is knock for _, called, *_ in waiting):
        transaction.on_commit(knock, robust=True)


def knock() -> None:
    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            current_app.send_task(
                "ledger.tasks.sweep", connection=broker, expires=EXPIRES, retry=False, ignore_result=True
            )
    except OperationalError as error:
        log.warning("knock: nobody hears it, the next sweep finds what is due: %s", error)


def claim(now: datetime, n: int = 1) -> list[Effect]:
    """Lease up to `n` due effects that nobody holds, the longest due first, in a transaction of its own.

    What was tried before is leased alone, so that what takes its worker down takes others with it once at
    most; and so is what acts outside the database: a worker has one message on its way, never more."""
    with transaction.atomic(durable=True):
        due = Effect.objects.filter(free(now), due_at__lte=now).order_by("due_at", "pk")
        found = list(due.select_for_update(skip_locked=True)[:n])
        return lease(list(takewhile(shares, found)) or found[:1], now)


def shares(effect: Effect) -> bool:
    """Whether it may be leased together with others."""
    path = settings.EFFECTS.get(effect.kind)
    return effect.attempts == 0 and path is not None and not acts_outside(import_string(path))


def acts_outside(handler: Handler) -> bool:
    return getattr(handler, "external", False)


def waiting(now: datetime) -> bool:
    """Whether something is due that nobody holds."""
    return Effect.objects.filter(free(now), due_at__lte=now).exists()


def claim_one(effect_id: int, now: datetime) -> list[Effect]:
    """Lease this effect if it is due and nobody else holds it."""
    with transaction.atomic(durable=True):
        due = Effect.objects.filter(free(now), pk=effect_id, due_at__lte=now)
        return lease(list(due.select_for_update(skip_locked=True)), now)


def free(now: datetime) -> Q:
    unleased = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return unleased & Q(state=Effect.State.PENDING, attempts__lt=TRIES)


def lease(effects: list[Effect], now: datetime) -> list[Effect]:
    """A try counts when it begins: one that kills its worker every time is parked too."""
    Effect.objects.filter(pk__in=[effect.pk for effect in effects]).update(
        lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    for effect in effects:
        effect.lease_until = now + LEASE
        effect.attempts += 1
    return effects


def give_back(effects: Iterable[Effect]) -> None:
    """Let others do what was claimed and not begun: no try of it is counted. Only under our own lease."""
    for effect in effects:
        ours = Effect.objects.filter(pk=effect.pk, state=Effect.State.PENDING, lease_until=effect.lease_until)
        ours.update(lease_until=None, attempts=F("attempts") - 1)


def deliver(effect_id: int, now: datetime | None = None) -> None:
    """Do one effect if it is due and nobody else is at it."""
    now = now or clock.now()
    for effect in claim_one(effect_id, now):
        perform(effect, now)


def perform(effect: Effect, now: datetime) -> None:
    """Do a claimed effect. A failure moves it to its next try or parks it: the one place that catches all."""
    token = in_delivery.set(effect.pk)
    bind_contextvars(effect=effect.pk, effect_kind=effect.kind, effect_key=effect.key)
    try:
        handler = import_string(settings.EFFECTS[effect.kind])
        if acts_outside(handler):
            handler(effect, now)
            finish(effect, now)
        else:
            act(handler, effect, now)
    except Overtaken:
        log.info("effect %s was overtaken", effect.pk)
    except Exception as error:
        log.exception("effect %s (%s) failed, try %s", effect.pk, effect.kind, effect.attempts)
        reconnect()
        put_off(effect, error, now)
    finally:
        unbind_contextvars("effect", "effect_kind", "effect_key")
        in_delivery.reset(token)


def act(handler: Handler, effect: Effect, now: datetime) -> None:
    """A database effect: all of it and its mark *done*, or nothing."""
    with transaction.atomic():
        handler(effect, now)
        if not finish(effect, now):
            raise Overtaken


def finish(effect: Effect, now: datetime) -> int:
    return Effect.objects.filter(pk=effect.pk, state=Effect.State.PENDING).update(
        state=Effect.State.DONE, done_at=now, lease_until=None, last_error=""
    )


def reconnect() -> None:
    """The failure may be that the database cut us off: what is to be written of it needs a new connection."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def put_off(effect: Effect, error: Exception, now: datetime) -> None:
    """Next try after 15 s, 1 min, 4 min … at most 6 h; parked after the last. Only under our own lease."""
    parked = effect.attempts >= TRIES
    wait = min(FIRST_WAIT * 4 ** (effect.attempts - 1), LONGEST_WAIT)
    ours = Effect.objects.filter(pk=effect.pk, state=Effect.State.PENDING, lease_until=effect.lease_until)
    ours.update(
        state=Effect.State.PARKED if parked else Effect.State.PENDING,
        due_at=effect.due_at if parked else now + wait,
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}"[:KEPT_ERROR].replace("\0", ""),
    )


def park_lost(now: datetime) -> int:
    """Park what took its worker down in its last try: nobody came back to say so."""
    tried = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=now, attempts__gte=TRIES)
    lost = tried.filter(lease_until__lt=now)
    return lost.update(
        state=Effect.State.PARKED, lease_until=None, last_error="The last try ended without an answer."
    )


def replay(effect: Effect, *, at: datetime) -> None:
    """Try a parked effect again from the start. Raises WrongState when it is not parked."""
    parked = Effect.objects.filter(pk=effect.pk, state=Effect.State.PARKED)
    if not parked.update(state=Effect.State.PENDING, due_at=at, attempts=0, lease_until=None):
        raise WrongState("This effect is no longer parked.")
    ring()
