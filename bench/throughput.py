"""Effects per second: sweeps over a pile of overdue steps, beside the bare loop that claims and updates."""

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event

from django.conf import settings
from django.db import connection, connections

from base import clock
from bench.overdue import Pattern, multiply
from ledger.claim import LEASE
from ledger.effects import schedule_all
from ledger.follow import oldest_running
from ledger.models import Effect, Follower
from ledger.sweep import sweep

TIMERS = ("remind", "hand_over")
TURN = 3.0  # seconds of one sweep here, so that a measurement can end; 30 in the product
BARE = "bare"
CLAIM = """
    UPDATE ledger_effect SET lease_until = %(until)s, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM ledger_effect
        WHERE state = 'pending' AND due_at <= %(now)s AND (lease_until IS NULL OR lease_until < %(now)s)
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
DONE = "UPDATE ledger_effect SET state = 'done', done_at = %s, lease_until = NULL WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Rate:
    what: str
    pile: int
    workers: int
    effects: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.effects / self.seconds


def make_pile(pattern: Pattern, steps: int) -> None:
    """So many overdue steps, and nothing else that is due."""
    Effect.objects.filter(state=Effect.State.PENDING).update(state=Effect.State.CANCELLED)
    multiply(pattern, steps // pattern.deal.requests.get().steps.count())
    for name in settings.FOLLOWERS:  # they read long ago what the copies tell
        Follower.objects.update_or_create(
            name=name, defaults={"txid": oldest_running(), "event": 0, "moved_at": clock.now()}
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def bare(count: int) -> Rate:
    """As many rows claimed one by one and marked done, and nothing done for them: two statements each."""
    now = clock.now()
    rows = (
        Effect(
            kind=BARE,
            key=f"{BARE}:{number}",
            dedupe_key=f"{BARE}:{now:%s%f}:{number}",
            planned_for=now,
            due_at=now - 400 * LEASE * 60,
            payload="{}",
            created_at=now,
        )
        for number in range(count)
    )
    schedule_all(rows)
    began = time.monotonic()
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute(CLAIM, {"until": now + LEASE, "now": now})
            cursor.execute(DONE, [now, cursor.fetchone()[0]])
    return Rate("bare loop", count, 1, count, time.monotonic() - began)


def swept(what: str, pile: int, workers: int, effects: int) -> Rate:
    """So many workers sweep until about `effects` timers are done."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    barrier, over = fork.Barrier(workers + 1), fork.Event()
    crew = [fork.Process(target=work, args=(barrier, over), daemon=True) for _ in range(workers)]
    for one in crew:
        one.start()
    barrier.wait()
    before, began = done(), time.monotonic()
    while done() - before < effects and left():
        time.sleep(0.5)
    rate = Rate(what, pile, workers, done() - before, time.monotonic() - began)
    over.set()
    for one in crew:
        one.join()
    return rate


def work(barrier: Barrier, over: Event) -> None:
    sweep(clock.now(), seconds=0.1)  # as in a worker that runs for days: all is imported and connected
    barrier.wait()
    while left() and not over.is_set():
        sweep(clock.now(), seconds=TURN)


def done() -> int:
    return Effect.objects.filter(kind__in=TIMERS, state=Effect.State.DONE).count()


def left() -> bool:
    due = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=clock.now())
    return due.filter(kind__in=TIMERS).exists()


def measure(pattern: Pattern, *, small: int, pile: int, crews: Sequence[int]) -> list[Rate]:
    """The bare loop, a small pile, and the large one by so many workers in turn, a part of it each; at its
    end one worker again, when most of it lies done."""
    part = pile // (len(crews) + 1)
    make_pile(pattern, small)
    rates = [bare(min(small, 2000)), swept("a small pile", small, 1, small)]
    make_pile(pattern, pile)
    rates += [swept(f"a large pile, {crew} at work", pile, crew, part) for crew in crews]
    rates += [swept("the end of the large pile", pile, 1, part), bare(min(small, 2000))]
    return rates
