from celery import shared_task

from base import clock
from ledger import effects
from ledger import sweep as sweeping


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    sweeping.sweep(clock.now())


@shared_task  # type: ignore[untyped-decorator]
def deliver_one(effect_id: int) -> None:
    effects.deliver(effect_id, clock.now())
