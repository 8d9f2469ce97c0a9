"""PostgreSQL and Valkey of the run alone, which can be killed, emptied and brought back."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import struct_passwd

import redis

from dealdesk.embedded import create_database, prepare, start_postgres, start_valkey, stop
from dealdesk.place import OWNER, Place, make_folders


@dataclass(slots=True)
class Servers:
    """Both with their files as in production: what was committed is on the disk."""

    place: Place
    account: struct_passwd
    postgres: subprocess.Popen[bytes]
    valkey: subprocess.Popen[bytes]

    def crash_postgres(self) -> None:
        """Stop at once, without a checkpoint: the next start replays the log."""
        self.postgres.send_signal(signal.SIGQUIT)
        self.postgres.wait()

    def restart_postgres(self) -> None:
        self.postgres = start_postgres(self.place, self.account, durable=True)

    def kill_valkey(self) -> None:
        self.valkey.kill()
        self.valkey.wait()

    def restart_valkey(self, *, empty: bool = False) -> None:
        if empty:
            shutil.rmtree(self.place.var / "valkey" / "appendonlydir", ignore_errors=True)
        self.valkey = start_valkey(self.place, self.account, durable=True)

    def empty_valkey(self) -> None:
        with closing(redis.Redis.from_url(self.place.redis_url())) as client:
            client.flushall()


@contextmanager
def servers(place: Place) -> Iterator[Servers]:
    make_folders(place)
    account = prepare(place)
    run = Servers(
        place,
        account,
        start_postgres(place, account, durable=True),
        start_valkey(place, account, durable=True),
    )
    create_database(place)
    try:
        yield run
    finally:
        stop(run.valkey, signal.SIGTERM, signal.SIGKILL)
        stop(run.postgres, signal.SIGINT, signal.SIGQUIT)
        shutil.rmtree(place.sockets, ignore_errors=True)


@contextmanager
def folder() -> Iterator[Place]:
    """A place of this run alone, and the environment that names it."""
    var = Path(tempfile.mkdtemp(prefix="dealdesk-faults-"))
    var.chmod(0o711)  # started by root, the servers run as another account
    place = Place(var)
    for name in ("DATABASE_OWNER_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_HOST"):
        os.environ.pop(name, None)
    os.environ.update(
        DEALDESK_ENV="test",
        DEALDESK_VAR=str(var),
        DATABASE_URL=place.database_url(OWNER),
        REDIS_URL=place.redis_url(),
        DJANGO_SETTINGS_MODULE="dealdesk.settings",
    )
    try:
        yield place
    finally:
        shutil.rmtree(var, ignore_errors=True)
