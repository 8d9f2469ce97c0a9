"""Do everything that is due, then let followers read on. Any number of sweeps may run at once."""

import time
from datetime import datetime

from ledger.effects import claim, park_lost, perform
from ledger.follow import follow_all
from ledger.models import Sweep

SECONDS = (
    30  # a sweep stops claiming after this; with the longest effect it stays under Celery's time limit of 60
)


def sweep(now: datetime, *, seconds: float = SECONDS) -> int:
    """Deliver what is due at `now`, one after the other, let followers read on, and note that a sweep ran.

    How many effects were tried."""
    ends = time.monotonic() + seconds
    tried = 0
    park_lost(now)
    while time.monotonic() < ends and (claimed := claim(now)):
        for effect in claimed:
            perform(effect, now)
            tried += 1
    follow_all(ends)
    note(now)
    return tried


def note(now: datetime) -> None:
    if not Sweep.objects.filter(pk=1).exclude(at__gt=now).update(at=now):
        Sweep.objects.bulk_create([Sweep(pk=1, at=now)], ignore_conflicts=True)
