from celery import shared_task

from base import clock
from ledger import claim, effects
from ledger import sweep as sweeping


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """One sweep. When its time was up before the work was, the next begins at once, here or elsewhere."""
    if sweeping.sweep(clock.now()) and claim.waiting(clock.now()):
        effects.ring()


@shared_task  # type: ignore[untyped-decorator]
def deliver_one(effect_id: int) -> None:
    effects.deliver(effect_id, clock.now())
