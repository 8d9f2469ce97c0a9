"""How much is due, failed and done: what the operations page shows. No question reads what is long done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from ledger.models import Effect

HOUR = 60  # minutes


@dataclass(frozen=True, slots=True)
class Kind:
    """Effects of one kind: due now, pending for later, given up on."""

    name: str
    due: int
    later: int
    parked: int


def by_kind(now: datetime) -> tuple[Kind, ...]:
    """Every kind of which something is open, in two queries; what is done is not counted."""
    pending = {
        name: (due, all_ - due)
        for name, due, all_ in Effect.objects.filter(state=Effect.State.PENDING)
        .values_list("kind")
        .annotate(due=Count("pk", filter=Q(due_at__lte=now)), all=Count("pk"))
    }
    parked = parked_by_kind()
    return tuple(
        Kind(name, *pending.get(name, (0, 0)), parked.get(name, 0)) for name in sorted({*pending, *parked})
    )


def parked_by_kind() -> Mapping[str, int]:
    parked = Effect.objects.filter(state=Effect.State.PARKED)
    return dict(parked.values_list("kind").annotate(count=Count("pk")))


def done_by_minute(now: datetime) -> tuple[tuple[datetime, int], ...]:
    """The last 60 minutes, the one that runs last, each with how many effects were done in it."""
    last = now.replace(second=0, microsecond=0)
    minutes = [last - timedelta(minutes=ago) for ago in range(HOUR - 1, -1, -1)]
    done = Effect.objects.filter(state=Effect.State.DONE, done_at__gte=minutes[0])
    counted = dict(done.values_list(TruncMinute("done_at")).annotate(count=Count("pk")))
    return tuple((minute, counted.get(minute, 0)) for minute in minutes)


def failed() -> QuerySet[Effect]:
    """What failed and is tried again, the next first."""
    return Effect.objects.filter(state=Effect.State.PENDING).exclude(last_error="").order_by("due_at", "pk")


def parked() -> QuerySet[Effect]:
    """What was given up on, the newest first."""
    return Effect.objects.filter(state=Effect.State.PARKED).order_by("-pk")
