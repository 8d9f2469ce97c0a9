"""Handlers of effects for tests. Each act is an event in the stream of the effect's key, to be counted."""

from datetime import datetime

from django.db import transaction

from ledger.effects import cancel
from ledger.handlers import external
from ledger.models import Effect
from ledger.record import record


def act(effect: Effect, now: datetime) -> None:
    record(effect.key, "acted", by=None, at=now, effect=effect.pk)


def act_then_die(effect: Effect, now: datetime) -> None:
    act(effect, now)
    raise SystemExit("killed")


@external
def post(effect: Effect, now: datetime) -> None:
    """Acts outside the transaction of the effect, as a mail does."""
    with transaction.atomic():
        act(effect, now)


def fail(effect: Effect, now: datetime) -> None:
    act(effect, now)
    raise ConnectionError("nobody answers")


def tidy_up(effect: Effect, now: datetime) -> None:
    """Cancels all timers of its step, its own among them, as a hand-over does."""
    act(effect, now)
    cancel(effect.key)
