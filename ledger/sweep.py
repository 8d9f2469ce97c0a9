"""Do everything that is due, then let followers read on. Any number of sweeps may run at once."""

import time
from collections.abc import Sequence
from datetime import datetime

from ledger.claim import claim, give_back, park_lost
from ledger.effects import alike, perform_all
from ledger.follow import follow_all
from ledger.models import Effect, Sweep

# A sweep begins nothing after this; with the longest effect it stays under Celery's time limit of 60, and
# that under the lease of 120, which so covers all that was claimed.
SECONDS = 30
BATCH = 40  # leased by one statement; what a killed worker had leased waits until the lease has run out


def sweep(now: datetime, *, seconds: float = SECONDS) -> int:
    """Deliver what is due at `now`, one after the other, let followers read on, and note that a sweep ran.

    How many effects were tried."""
    ends = time.monotonic() + seconds
    tried = 0
    park_lost(now)
    while time.monotonic() < ends and (claimed := claim(now, BATCH)):
        tried += perform_until(ends, claimed, now)
    follow_all(ends)
    note(now)
    return tried


def perform_until(ends: float, claimed: Sequence[Effect], now: datetime) -> int:
    """Do what was claimed; what is not begun by `ends` is given back. How many were tried."""
    left = list(alike(claimed))
    while left and time.monotonic() < ends:
        perform_all(left.pop(0), now)
    given_back = [effect for those in left for effect in those]
    give_back(given_back)
    return len(claimed) - len(given_back)


def note(now: datetime) -> None:
    if not Sweep.objects.filter(pk=1).exclude(at__gt=now).update(at=now):
        Sweep.objects.bulk_create([Sweep(pk=1, at=now)], ignore_conflicts=True)
