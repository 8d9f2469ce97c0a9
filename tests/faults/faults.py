"""The faults, each over work of its own."""

import subprocess
import sys
import time
from collections.abc import Callable

from django.db import connection

from base import clock
from ledger.models import Effect
from notices.models import Channel
from tests.faults.hooks import IN_ACT, IN_COMMIT, PATIENCE, cut_connections, held
from tests.faults.post import DROPS, HOLDS, REFUSES, SILENT, WELL
from tests.faults.run import Run, newest


def kills(run: Run) -> None:
    """kill -9 of workers and sweepers: at random, and held between claim and done, in a commit, in a send."""
    place, kill = run.servers.place, run.fleet.kill_all_at_work
    acts: list[Callable[[], object]] = [lambda: one_at_random(run)] * run.scale.random_kills
    for _ in range(run.scale.held_kills):
        acts += [
            lambda: held(place, IN_ACT, lambda: run.killed(kill)),
            lambda: held(place, IN_COMMIT, lambda: run.killed(kill)),
            lambda: in_a_send(run),
        ]
    run.chance.shuffle(acts)
    with run.part("workers killed with -9", run.scale.killed):
        for act in acts:
            act()
            run.fleet.mend()


def one_at_random(run: Run) -> None:
    time.sleep(run.chance.uniform(0.1, run.scale.pause))
    run.killed(lambda: run.fleet.kill_one(run.chance))


def in_a_send(run: Run) -> None:
    """The text has come in and the server does not answer yet."""
    run.ends.post.behaves = HOLDS
    if until(lambda: run.ends.post.holding > 0):
        run.killed(run.fleet.kill_all_at_work)
    run.ends.post.behaves = WELL


def redis(run: Run) -> None:
    """Emptied, stopped for a while, and back empty; with nobody but workers and their scheduler at work."""
    with run.part("Redis emptied, stopped, back empty", run.scale.each // 2):
        time.sleep(run.chance.uniform(0.2, 1))
        run.servers.empty_valkey()
        time.sleep(run.chance.uniform(0.2, 1))
        run.servers.kill_valkey()
        time.sleep(run.scale.away)
        run.servers.restart_valkey()
        run.seed(run.scale.each // 4)
        time.sleep(run.chance.uniform(0.2, 1))
        run.servers.kill_valkey()
        run.servers.restart_valkey(empty=True)
        run.seed(run.scale.each // 4)
        run.injected += 3


def postgres(run: Run) -> None:
    """Crashed and restarted; connections cut."""
    with run.part("PostgreSQL crashed, connections cut", run.scale.each):
        for _ in range(run.scale.crashes):
            time.sleep(run.chance.uniform(0.5, 1 + run.scale.pause))
            run.flights += len(run.fleet.at_work())
            run.servers.crash_postgres()
            time.sleep(run.chance.uniform(0.2, 1))
            run.servers.restart_postgres()
            connection.close()
            time.sleep(run.chance.uniform(0.5, 1 + run.scale.pause))
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                ours = cursor.fetchone()[0]
            run.flights += cut_connections(run.servers.place, ours)
            run.injected += 2


def crowd(run: Run) -> None:
    """Two schedulers and four sweepers, and the command from cron beside them: nothing is killed here."""
    with run.part("two schedulers, five sweepers at once", run.scale.each):
        run.fleet.start("beat-2", "sweeper-2", "sweeper-3", "sweeper-4")
        for _ in range(2):
            subprocess.run(
                [sys.executable, "manage.py", "sweep"], env=run.fleet.env, check=True, capture_output=True
            )
            run.injected += 1
    run.fleet.retire("beat-2", "sweeper-2", "sweeper-3", "sweeper-4")


def endpoints(run: Run) -> None:
    """A mail server and a chat that take a message and drop the line, are silent, say 500, are not there."""
    before, ends = newest(), run.ends
    Channel.objects.create(
        user=run.pattern.deal.owner,
        url=ends.chat.url,
        added_by=run.pattern.deal.owner,
        added_at=clock.now(),
    )
    with run.part("mail and chat drop, time out, say 500, are gone", run.scale.each):
        unanswered = ends.unanswered
        ends.behave(DROPS)
        until(lambda: failures(before, "Disconnected", "mail") and failures(before, "did not answer", "chat"))
        ends.behave(SILENT)
        until(lambda: failures(before, "timed out", "mail") > 0)
        ends.behave(REFUSES)
        until(lambda: failures(before, "500", "mail") and failures(before, "500", "chat"))
        ends.close()
        until(lambda: failures(before, "ConnectionRefused", "mail") > 0)
        ends.open()
        ends.behave(WELL)
        run.flights += ends.unanswered - unanswered
        run.injected += failures(before, "", "mail") + failures(before, "", "chat")


def failures(before: int, error: str, kind: str) -> int:
    """How many messages wait for another try after such an error."""
    failed = Effect.objects.filter(pk__gt=before, kind=kind, state=Effect.State.PENDING, attempts__gt=0)
    return failed.exclude(last_error="").filter(last_error__contains=error).count()


def until(happens: Callable[[], int], seconds: float = PATIENCE) -> bool:
    """Whether it happens while we wait."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if happens():
            return True
        time.sleep(0.02)
    return False
