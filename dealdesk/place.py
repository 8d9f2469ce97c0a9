"""Where the embedded servers keep their files and how they are addressed."""

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

OWNER = "dealdesk_owner"  # owns the tables and migrates
APP = "dealdesk"  # runs the product
DATABASE = "dealdesk"
LET_GO = 5.0  # seconds a run that was just killed may take to let go


class Failed(Exception):
    """A server cannot be started; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the embedded servers keep their files; `var` may be long and may hold spaces."""

    var: Path

    @property
    def sockets(self) -> Path:
        """A short folder: the path of a socket is limited to 107 bytes."""
        return Path("/tmp") / f"dealdesk-{hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]}"

    def database_url(self, user: str = APP, name: str = DATABASE) -> str:
        return f"postgresql://{user}@/{name}?host={quote(str(self.sockets))}"

    def owner_url(self) -> str:
        return self.database_url(OWNER)

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{self.sockets}/valkey.sock?db={number}"

    def secret(self) -> str:
        """The demo's secret key, or nothing before the first start."""
        with suppress(OSError):
            return (self.var / "secret-key").read_text().strip()
        return ""

    def make_secret(self) -> str:
        make_folders(self)
        if not self.secret():
            with open(
                os.open(self.var / "secret-key", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w"
            ) as file:
                file.write(secrets.token_urlsafe(64) + "\n")
        return self.secret()


def make_folders(place: Place) -> None:
    try:
        for folder in (place.var, *(place.var / name for name in ("log", "mail", "media", "static"))):
            folder.mkdir(parents=True, exist_ok=True)
        (place.var / "log" / ".writable").write_text("")
    except OSError as error:
        why = error.strerror
        raise Failed(
            f"{place.var} cannot be written ({why}); make it writable, or set DEALDESK_VAR."
        ) from error


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """One run at a time in one folder; a run that was just killed gets a moment to let go."""
    with (place.var / "lock").open("a+") as file:
        until = time.monotonic() + LET_GO
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() > until:
                file.seek(0)
                raise Failed(f"it runs already from this folder (process {file.read().strip()}).")
            time.sleep(0.1)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
