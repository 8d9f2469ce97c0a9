"""PostgreSQL's own programs, of a version that understands the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from django.db import connection

from dealdesk.embedded import binary_postgres
from dealdesk.place import Failed

DEBIAN = Path("/usr/lib/postgresql")
ENVIRONMENT = {  # of libpq, by the names Django has
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def run(name: str, *words: object) -> None:
    """Run the program against the database we are signed in to. Raises Failed with its last line."""
    command = [str(tool(name)), "--no-password", *map(str, words)]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if ran.returncode:
        said = ran.stderr.strip().splitlines()
        raise Failed(f"{name}: {said[-1] if said else 'it said nothing'}")


def server_version() -> int:
    """As in 180004 for 18.4."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


def tool(name: str) -> Path:
    """The one whose version is nearest to the server's, never below. Raises Failed."""
    server = server_version() // 10000
    found = {version: path for path in candidates(name) if (version := version_of(path))}
    fitting = [version for version in found if version >= server]
    if not fitting:
        others = ", ".join(map(str, sorted(found))) or "none"
        raise Failed(
            f"the server is PostgreSQL {server}, the versions of {name} found here are: {others}; "
            f"install its client programs (on Debian: postgresql-client-{server})."
        )
    return found[min(fitting)]


def candidates(name: str) -> Iterator[Path]:
    """What is installed, then what came with the product."""
    with suppress(Failed):
        yield binary_postgres(name)
    yield from sorted(DEBIAN.glob(f"*/bin/{name}"))
    if on_path := shutil.which(name):
        yield Path(on_path)


def version_of(path: Path) -> int:
    """Its major version; 0 when it cannot be run."""
    with suppress(OSError):
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        if number := re.search(r"\) (\d+)", said):
            return int(number[1])
    return 0


def environment() -> Mapping[str, str]:
    """How to sign in as the default connection does. A password in the arguments would be seen by `ps`."""
    known = {**connection.settings_dict, **connection.settings_dict["OPTIONS"]}
    return {
        **os.environ,
        **{variable: str(known[name]) for name, variable in ENVIRONMENT.items() if known.get(name)},
    }
