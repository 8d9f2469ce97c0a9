"""Whether what is due gets done, judged by outcome."""

from datetime import datetime

from ledger.models import Effect, Follower, Sweep


def oldest_due(now: datetime) -> datetime | None:
    """When the longest waiting effect was due; None when nothing is late."""
    late = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=now).order_by("due_at")
    return late.values_list("due_at", flat=True).first()


def last_sweep() -> datetime | None:
    """When a sweep last ran to its end; None before the first."""
    return Sweep.objects.values_list("at", flat=True).first()


def parked() -> int:
    """How many effects were given up on and wait for a person."""
    return Effect.objects.filter(state=Effect.State.PARKED).count()


def standing_still() -> int:
    """How many followers cannot get past an event; each sweep tries again."""
    return Follower.objects.exclude(last_error="").count()
