"""Everything on one machine: PostgreSQL, Valkey, web server, Celery worker and beat under one supervisor."""

import os
import shlex
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from io import StringIO
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import honcho.manager
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from honcho.process import Popen, Process

from dealdesk import commands as processes
from dealdesk import statics
from dealdesk.embedded import follow_parent, serve
from dealdesk.place import Failed

KILL_AFTER = 4  # seconds from the wish to stop to SIGKILL; what is due is in the database
ROOT_WARNING = "ignore:You're running the worker with superuser privileges"
PORT_PATIENCE = 3  # a killed run's web server may still be letting go of the port


class Command(BaseCommand):
    help = "Start everything and print the address. Ctrl-C stops everything; what was entered stays."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: sys.exit(0))
        try:
            self.run()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except Failed as failure:
            sys.exit(f"Deal Desk cannot start: {failure}")

    def run(self) -> None:
        port_is_free(settings.BIND, settings.PORT)
        with ExitStack() as stack:
            own_postgres, own_redis = bool(os.environ.get("DATABASE_URL")), bool(os.environ.get("REDIS_URL"))
            if not (own_postgres and own_redis):
                stack.enter_context(serve(settings.PLACE, postgres=not own_postgres, valkey=not own_redis))
            if not (settings.PRODUCTION or os.environ.get("SECRET_KEY")):
                # what is sealed while the demo is made is opened by the processes that start after it
                settings.SECRET_KEY = os.environ["SECRET_KEY"] = settings.PLACE.make_secret()
            people = self.prepare_database()
            if settings.DEALDESK_ENV == "demo":
                statics.collect()
            supervisor = Supervisor(lambda: self.announce(people))
            for name, command in commands().items():
                supervisor.add_process(name, command, cwd=settings.BASE_DIR)
            supervisor.loop()
            code = supervisor.returncode
        if code not in (130, 143):
            sys.exit(
                f"Deal Desk stopped: one of its processes ended (code {code}); its last lines are above."
            )
        self.stdout.write("Stopped. What was entered is kept.")

    def prepare_database(self) -> str:
        """Migrate; fill an empty demo. Returns who can sign in, one a line."""
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            raise Failed(
                f"the database does not let us in: {str(error).strip()} Look at DATABASE_URL."
            ) from error
        people = StringIO()
        if settings.DEALDESK_ENV == "demo" and "demo" in get_commands():
            if not get_user_model()._default_manager.exists():
                call_command("demo", if_empty=True, stdout=self.stdout)
            call_command("demo", who=True, stdout=people)
        connections.close_all()
        return people.getvalue()

    def announce(self, people: str) -> None:
        wait_for_first_page(f"http://{settings.BIND}:{settings.PORT}/healthz")
        self.stdout.write(f"\nDeal Desk is ready: {settings.SITE_URL}\n{people}\nCtrl-C stops everything.\n")
        self.stdout.flush()


def port_is_free(host: str, port: int) -> None:
    until = time.monotonic() + PORT_PATIENCE
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return
        if time.monotonic() > until:
            raise Failed(
                f"port {port} is taken; stop what uses it, or choose another: PORT={port + 1} make run"
            )
        time.sleep(0.2)


def wait_for_first_page(address: str) -> None:
    for _ in range(600):
        try:
            urlopen(address, timeout=5).close()
        except HTTPError:
            return  # it answers, though not to this name
        except OSError:
            time.sleep(0.1)
        else:
            return


def commands() -> dict[str, str]:
    """What runs. The worker leaves on SIGTERM without finishing its tasks: what is due is found again."""
    web = processes.web(f"{settings.BIND}:{settings.PORT}", settings.WEB_WORKERS)
    return {
        "web": f"GUNICORN_CMD_ARGS='--graceful-timeout 2' {python(*web)}",
        "worker": f"REMAP_SIGTERM=SIGQUIT {python(*processes.WORKER)}",
        "beat": python(*processes.BEAT),
    }


def python(*words: str) -> str:
    root = () if os.geteuid() else ("-W", ROOT_WARNING)
    return f"exec {shlex.join((sys.executable, *root, *words))}"


class Leashed(Process):  # type: ignore[misc]
    """A process that ends when the supervisor dies, even by kill -9."""

    def run(self, *args: Any, **kwargs: Any) -> None:
        follow_parent(signal.SIGKILL)
        self._child_ctor = partial(Popen, preexec_fn=partial(follow_parent, signal.SIGTERM))
        super().run(*args, **kwargs)


class Supervisor(honcho.manager.Manager):  # type: ignore[misc]
    """Stops all when one ends or when asked; calls `started` from a thread once the processes are begun."""

    def __init__(self, started: Callable[[], None]) -> None:
        super().__init__()
        self._process_ctor = Leashed
        self._started = started
        honcho.manager.KILL_WAIT = KILL_AFTER
        self._insist = threading.Timer(KILL_AFTER, self.kill)  # honcho's own begins when one has stopped
        self._insist.daemon = True

    def _start(self) -> None:
        super()._start()
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        threading.Thread(target=self._started, daemon=True).start()

    def terminate(self) -> None:
        """Asked before every process has told its number, wait for it; the loop goes on meanwhile."""
        if self._all_started():
            if not self._terminating:
                self._insist.start()
            super().terminate()
        else:
            threading.Timer(0.2, self.terminate).start()
