"""Workers and schedulers say every few seconds that they run: one row each in the database."""

import logging
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import celery.beat
from celery import bootsteps
from celery.utils.nodenames import gethostname
from django.db import DatabaseError, connection

from base import clock
from ledger import heartbeat
from ledger.effects import IMPATIENT
from ledger.models import Heartbeat

log = logging.getLogger(__name__)
BEGAN = clock.now()
HOST = gethostname()


def tell(what: Callable[[], None]) -> None:
    """A process goes on working when it cannot say so. No connection stays open: the worker's would be
    inherited by the processes it forks."""
    try:
        what()
    except DatabaseError as error:
        log.warning("no heartbeat: %s", str(error).strip())
    finally:
        connection.close()


class Worker(bootsteps.StartStopStep):  # type: ignore[misc]
    """Begun again with each connection to the broker: a worker that cannot be reached falls silent."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        self.beat(parent.hostname)
        parent.timer.call_repeatedly(heartbeat.EVERY, self.beat, (parent.hostname,))

    def beat(self, name: str) -> None:
        tell(lambda: heartbeat.beat(Heartbeat.Role.WORKER, name, began=BEGAN, at=clock.now()))

    def shutdown(self, parent: Any) -> None:
        tell(lambda: heartbeat.end(Heartbeat.Role.WORKER, parent.hostname))


class Scheduler(celery.beat.Scheduler):  # type: ignore[misc]
    """Celery's own, which keeps nothing on disk; it says that it runs each time it looks what is due. While
    the broker does not answer, so that no worker would hear of it, it sweeps itself."""

    next_beat = 0.0
    host = f"beat@{HOST}"

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + heartbeat.EVERY
            tell(lambda: heartbeat.beat(Heartbeat.Role.BEAT, self.host, began=BEGAN, at=clock.now()))
        pause: float = super().tick(*args, **kwargs)
        return min(pause, heartbeat.EVERY)

    @cached_property
    def connection(self) -> Any:
        return self.app.connection_for_write(transport_options=IMPATIENT)

    def _ensure_connected(self) -> Any:
        """Celery's own waits here for a broker that was not there at the start, for as long as it takes."""
        return self.connection

    def apply_async(self, entry: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().apply_async(entry, *args, **kwargs)
        except celery.beat.SchedulingError as error:
            log.warning("%s Done here.", error)
        try:
            return self.app.tasks[entry.task]()
        finally:
            connection.close()

    def close(self) -> None:
        tell(lambda: heartbeat.end(Heartbeat.Role.BEAT, self.host))
        super().close()
