"""What is due and its delivery.

An effect is a row written in the transaction of its cause. `claim` leases due rows in a short transaction
of its own; the work is done outside it. A database effect finishes in one transaction with its mark *done*,
so it acts once whatever dies in between. An external one (a mail) is called outside a transaction and may
come again after a crash, with the same `dedupe_key`. What its handler takes `together` shares one transaction
with others of its kind.

Leases and due times are compared with the one `now` passed in: the clocks of machines that sweep may differ
by what the lease is longer than a task may last.

Lock order: the handler locks its deal first; the effect's row comes last, by compare-and-swap. A verb that
cancels timers holds the deal too, so the two never wait for each other in a circle.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from kombu.exceptions import OperationalError
from structlog.contextvars import bind_contextvars, unbind_contextvars

from base import canonical, clock
from base.errors import WrongState
from base.words import say
from ledger.batch import at_end, batch, kept
from ledger.claim import TRIES, claim_one
from ledger.handlers import acts_outside, handler_of, takes_several
from ledger.models import Effect

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=6)
KEPT_ERROR = 2000  # characters
EXPIRES = 60  # seconds in which a bell is heard; by the clocks of two machines, which may differ
# Whoever committed the change waits for the bell: one try, where kombu would reconnect for 6 s.
IMPATIENT = {"max_retries": 0, "socket_timeout": 1, "socket_connect_timeout": 1}

log = logging.getLogger(__name__)
in_delivery: ContextVar[Collection[int]] = ContextVar("in_delivery", default=())


class Overtaken(Exception):
    """The effect was done or cancelled while its handler ran: what the handler changed is rolled back."""


def schedule(kind: str, key: str, dedupe_key: str, due_at: datetime, **payload: Any) -> Effect:
    """Write down that `kind` is due at `due_at`. The same `dedupe_key` again changes nothing.

    In a handler, give the next run a key of its own: the effect in delivery is marked done when it returns.
    """
    schedule_all([planned(kind, key, dedupe_key, due_at, **payload)])
    return Effect.objects.get(dedupe_key=dedupe_key)


def schedule_all(effects: Iterable[Effect]) -> None:
    """Write down what was `planned`, in one statement. The same `dedupe_key` again changes nothing."""
    at_end(write_down, effects)


def write_down(effects: list[Effect]) -> None:
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
    named = [keys] if isinstance(keys, str) else list(keys)
    under = Q(pk__in=[])
    for key in named:
        under |= Q(key=key) | Q(key__startswith=f"{key}:")
    written = kept(write_down)
    written[:] = [effect for effect in written if not is_under(effect.key, named)]
    pending = Effect.objects.filter(under, state=Effect.State.PENDING)
    return pending.exclude(pk__in=in_delivery.get()).update(state=Effect.State.CANCELLED)


def is_under(key: str, named: Iterable[str]) -> bool:
    return any(key == each or key.startswith(f"{each}:") for each in named)


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


def deliver(effect_id: int, now: datetime | None = None) -> None:
    """Do one effect if it is due and nobody else is at it."""
    now = now or clock.now()
    for effect in claim_one(effect_id, now):
        perform(effect, now)


def perform_all(effects: Sequence[Effect], now: datetime) -> None:
    """Do claimed effects, first to last: those of one kind that are taken together in one transaction, or
    each alone when that fails."""
    left = act_together(effects, now) if len(effects) > 1 else effects
    for effect in left:
        perform(effect, now)


def act_together(effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    """Those that are left. What fails for several is tried alone, where it is seen which one failed."""
    token = in_delivery.set([effect.pk for effect in effects])
    bind_contextvars(effect_kind=effects[0].kind)
    try:
        return act(handler_of(effects[0]), effects, now)
    except Exception as error:
        log.info("%s of %s: each alone, because of %r", len(effects), effects[0].kind, error)
        reconnect()
        return effects
    finally:
        unbind_contextvars("effect_kind")
        in_delivery.reset(token)


def alike(effects: Iterable[Effect]) -> Iterator[list[Effect]]:
    """Those of a kind that are taken together, and all else by itself; in the order of the first of each."""
    kin: dict[object, list[Effect]] = {}
    for effect in effects:
        known = effect.kind in settings.EFFECTS
        kinship = effect.kind if known and takes_several(handler_of(effect)) else effect.pk
        kin.setdefault(kinship, []).append(effect)
    yield from kin.values()


def perform(effect: Effect, now: datetime) -> None:
    """Do a claimed effect. Any failure moves it to its next try or parks it."""
    token = in_delivery.set([effect.pk])
    bind_contextvars(effect=effect.pk, effect_kind=effect.kind, effect_key=effect.key)
    try:
        handler = handler_of(effect)
        if acts_outside(handler):
            handler(effect, now)
            finish([effect], now)
        else:
            act(handler, [effect], now)
    except Overtaken:
        log.info("effect %s was overtaken", effect.pk)
    except Exception as error:
        log.exception("effect %s (%s) failed, try %s", effect.pk, effect.kind, effect.attempts)
        reconnect()
        put_off(effect, error, now)
    finally:
        unbind_contextvars("effect", "effect_kind", "effect_key")
        in_delivery.reset(token)


def act(handler: Any, effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    """Database effects: all of them and their marks *done*, or nothing. Several only where the handler takes
    them together, and then without those it leaves, which are returned. Raises Overtaken."""
    with transaction.atomic():
        if takes_several(handler):
            with batch():
                left: Sequence[Effect] = handler(effects, now)
        else:
            (effect,), left = effects, ()
            handler(effect, now)
        done = [effect for effect in effects if effect not in left]
        if finish(done, now) != len(done):
            raise Overtaken
    return left


def finish(effects: Iterable[Effect], now: datetime) -> int:
    pending = Effect.objects.filter(pk__in=[each.pk for each in effects], state=Effect.State.PENDING)
    return pending.update(state=Effect.State.DONE, done_at=now, lease_until=None, last_error="")


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


def replay(effect: Effect, *, at: datetime) -> None:
    """Try a parked effect again from the start. Raises WrongState when it is not parked."""
    parked = Effect.objects.filter(pk=effect.pk, state=Effect.State.PARKED)
    if not parked.update(state=Effect.State.PENDING, due_at=at, attempts=0, lease_until=None):
        raise WrongState(say("This effect is no longer parked."))
    ring()
