"""A backup: a folder with the database, the uploads, the ends of the record, and the hash of every file."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from dealdesk.pg_tools import run, server_version
from dealdesk.place import Failed
from ledger import verify
from ledger.models import Head

SCHEMA = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
CHECKPOINT = "checkpoint.json"
MEDIA = "media"
Migrations = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: path inside the backup → SHA-256. `migrations`: what the database had been through."""

    made_at: str
    server: int
    migrations: Migrations
    files: dict[str, str]

    def text(self) -> str:
        said = {
            "schema": SCHEMA,
            "made_at": self.made_at,
            "server": self.server,
            "migrations": sorted(map(list, self.migrations)),
            "files": self.files,
        }
        return json.dumps(said, indent=1, sort_keys=True) + "\n"


def back_up(folder: Path, *, at: datetime) -> Manifest:
    """Write a backup into a new folder, while the product runs. Raises Failed; then nothing of it is there.

    The database is as of one moment. Uploads are copied after it: a file is there before its row is."""
    part = folder.with_name(f"{folder.name}.part")
    for taken in (folder, part):
        if taken.exists():
            raise Failed(f"{taken} is there already; name a new folder, or remove it.")
    with ExitStack() as undo:
        try:
            part.mkdir(mode=0o700)
            undo.callback(shutil.rmtree, part, ignore_errors=True)
            manifest = write(part, at)
            part.rename(folder)
        except OSError as error:
            raise Failed(f"{folder} cannot be written: {error}") from error
    return manifest


def write(part: Path, at: datetime) -> Manifest:
    migrations = dump(part)
    copy_media(part / MEDIA)
    manifest = Manifest(at.isoformat(), server_version(), migrations, hashes(part))
    (part / MANIFEST).write_text(manifest.text())
    return manifest


def dump(part: Path) -> Migrations:
    """The database and the ends of its record, of one moment. What it had been through."""
    with snapshot() as name:
        (part / CHECKPOINT).write_text(verify.export(heads()))
        applied = MigrationRecorder(connection).applied_migrations()
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            "-f",
            part / DUMP,
        )
    return frozenset(applied)


@contextmanager
def snapshot() -> Iterator[str]:
    """What is read inside, and by whoever is given the name, is of one moment."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def heads() -> verify.Heads:
    return {
        name: (sequence, hash_)
        for name, sequence, hash_ in Head.objects.values_list("stream", "sequence", "hash")
    }


def copy_media(to: Path) -> None:
    source = Path(settings.MEDIA_ROOT)
    if source.exists():
        shutil.copytree(source, to)
    else:
        to.mkdir()


def hashes(folder: Path) -> dict[str, str]:
    """Of every file below, by its path inside."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): hash_of(path) for path in files}


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest of a backup that is whole. Raises Failed, naming the first file that is not as it was."""
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if said["schema"] != SCHEMA:
            raise Failed(f"{folder} is of another version of the product.")
        migrations = frozenset((app, name) for app, name in said["migrations"])
        manifest = Manifest(said["made_at"], said["server"], migrations, said["files"])
        found = hashes(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed(f"{folder} is no backup: {MANIFEST} cannot be read ({error}).") from error
    for name in sorted({*found, *manifest.files}):
        if found.get(name) != manifest.files.get(name):
            raise Failed(f"{folder / name} is not as it was backed up; take another backup.")
    return manifest
