"""Try again what was given up on."""

from datetime import datetime

from django.db import transaction

from base.errors import NotYours, WrongState
from base.words import say
from ledger.effects import replay, ring
from ledger.models import Effect
from ledger.record import record
from people.models import Function, User

STREAM = "operations"


def operates(user: User) -> bool:
    """Whether this person looks after the running product: the deal desk, and who may administer it."""
    return user.function == Function.DESK or user.is_staff


@transaction.atomic
def replay_one(effect_id: int, *, by: User, at: datetime) -> Effect:
    """Try one parked effect again from the start. Raises NotYours, WrongState when it is not parked."""
    refuse_others(by)
    effect = Effect.objects.filter(pk=effect_id).first()
    if effect is None:
        raise WrongState(say("This effect is no longer there."))
    replay(effect, at=at)
    record(STREAM, "effects.replayed", by=by, at=at, of=effect.kind, effect=effect.pk, count=1)
    return effect


@transaction.atomic
def replay_kind(kind: str, *, by: User, at: datetime) -> int:
    """Try every parked effect of one kind again from the start. How many; WrongState when there is none."""
    refuse_others(by)
    parked = Effect.objects.filter(kind=kind, state=Effect.State.PARKED)
    count = parked.update(state=Effect.State.PENDING, due_at=at, attempts=0, lease_until=None)
    if not count:
        raise WrongState(say("Nothing of this kind is parked any more."))
    record(STREAM, "effects.replayed", by=by, at=at, of=kind, effect=None, count=count)
    ring()
    return count


def refuse_others(user: User) -> None:
    if not operates(user):
        raise NotYours(say("The deal desk or an administrator tries again what was given up on."))
