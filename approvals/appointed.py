"""Follows what the desk does to authority: steps that had nobody are looked at again at once."""

from base import clock
from ledger.follow import hears
from ledger.models import Effect, Event


@hears("appointed", "authority_ended")
def look_again(event: Event) -> None:
    """Every second look for people is due now, instead of within minutes."""
    now = clock.now()
    Effect.objects.filter(kind="reroute", state=Effect.State.PENDING, due_at__gt=now).update(due_at=now)
