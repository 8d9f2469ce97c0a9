"""One run: a company with overdue steps, real processes over it, and each fault in turn."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from approvals.tell import tell
from base import clock
from bench.overdue import LATE, Pattern, multiply
from deals.models import Deal
from ledger.claim import free
from ledger.models import Effect
from ledger.sweep import sweep
from tests.faults.ends import Ends
from tests.faults.fleet import Fleet
from tests.faults.post import WELL
from tests.faults.scale import Scale
from tests.faults.servers import Servers
from tests.faults.tally import MESSAGES, Part

# A lease runs out after 120 s; then come the waits between tries, 15 s, 1, 4 and 16 minutes.
LATER = [timedelta(seconds=121), *(timedelta(minutes=25 * turn) for turn in range(1, 5))]


@dataclass(slots=True)
class Run:
    servers: Servers
    ends: Ends
    fleet: Fleet
    pattern: Pattern
    scale: Scale
    chance: random.Random
    parts: list[Part] = field(default_factory=list)
    deals: list[int] = field(default_factory=list)
    injected: int = 0
    flights: int = 0

    # --- work ---------------------------------------------------------------------------------------

    def seed(self, effects: int) -> None:
        """About so many effects that are due: timers of open steps, and mails between them."""
        made = self.multiply(max(2, effects // 10))
        self.deals += made
        self.write(made, effects // 4)

    def multiply(self, count: int) -> range:
        return multiply(self.pattern, count)

    @transaction.atomic
    def write(self, deals: Sequence[int], mails: int) -> None:
        """So many mails about these deals, due somewhere among their timers."""
        before = newest()
        about = list(Deal.objects.select_related("account", "owner").filter(pk__in=deals))
        for number in range(mails):
            deal = about[number % len(about)]
            tell("granted", deal.owner, deal, at=clock.now(), key=f"fault:{before}:{number}")
        for effect in Effect.objects.filter(pk__gt=before, kind__in=MESSAGES):
            since = clock.now() - LATE * self.chance.random()
            Effect.objects.filter(pk=effect.pk).update(planned_for=since, due_at=since)

    # --- faults -------------------------------------------------------------------------------------

    @contextmanager
    def part(self, fault: str, effects: int) -> Iterator[None]:
        """Seed, inject, wait until all that can be done now is done."""
        before, self.injected, self.flights = newest(), 0, 0
        began = time.monotonic()
        self.seed(effects)
        yield
        self.calm(before)
        self.parts.append(Part(fault, self.injected, self.flights, before, newest()))
        print(f"{fault}: {self.injected} injected, {time.monotonic() - began:.0f} s", flush=True)

    def killed(self, kill: Callable[[], int]) -> int:
        """Kill, and count the messages that may have been on their way: one of each process at most."""
        count = kill()
        leased = Effect.objects.filter(
            kind__in=MESSAGES, state=Effect.State.PENDING, lease_until__gt=clock.now()
        )
        self.flights += min(count, leased.count())
        self.injected += 1
        return count

    def calm(self, before: int) -> None:
        """Wait until nothing is due that nobody holds, and nothing has been done for a moment."""
        until = time.monotonic() + self.scale.patience
        seen = -1
        while time.monotonic() < until:
            self.fleet.mend()
            now = clock.now()
            ours = Effect.objects.filter(pk__gt=before)
            done = ours.exclude(state=Effect.State.PENDING).count()
            if done == seen and not ours.filter(free(now), due_at__lte=now).exists():
                return
            seen = done
            time.sleep(1)
        raise TimeoutError(f"not done within {self.scale.patience} s: {left(before)}")

    def finish(self) -> datetime:
        """Everything ends. Then sweep by hand, later and later: what the killed had leased, and what waits
        for its next try. The last of these instants."""
        self.fleet.stop()
        self.ends.behave(WELL)
        before, at = newest(), clock.now()
        for later in LATER:
            at = clock.now() + later
            while sweep(at):
                pass
        self.parts.append(Part("left behind by all of these", 0, 0, before, newest()))
        return at


def newest() -> int:
    return Effect.objects.aggregate(last=Max("pk"))["last"] or 0


def left(before: int) -> list[tuple[object, ...]]:
    waits = Effect.objects.filter(pk__gt=before, state=Effect.State.PENDING, due_at__lte=clock.now())
    return list(waits.values_list("kind", "key", "attempts", "lease_until", "last_error")[:10])
