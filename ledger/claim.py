"""Leases: which worker is at what is due. Nobody else begins what is leased before its time is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ledger.handlers import acts_outside, handler_of
from ledger.models import Effect

LEASE = timedelta(seconds=120)
TRIES = 8


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
    known = effect.kind in settings.EFFECTS
    return effect.attempts == 0 and known and not acts_outside(handler_of(effect))


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


def park_lost(now: datetime) -> int:
    """Park what took its worker down in its last try: nobody came back to say so."""
    tried = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=now, attempts__gte=TRIES)
    lost = tried.filter(lease_until__lt=now)
    return lost.update(
        state=Effect.State.PARKED, lease_until=None, last_error="The last try ended without an answer."
    )
