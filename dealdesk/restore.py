"""Put a backup into an empty database, and prove that all of it is there."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from dealdesk.backup import CHECKPOINT, DUMP, MEDIA, Manifest, read
from dealdesk.pg_tools import run
from dealdesk.place import Failed
from dealdesk.rights import as_owner, complaint_about_roles
from ledger import verify
from ledger.adopt import adopt

TABLES = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
      AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""


def restore(folder: Path, *, at: datetime, tell: Callable[[str], object]) -> verify.Report:
    """Restore and verify; `tell` is told each thing that was done. Raises Failed, before anything is changed
    unless it is PostgreSQL itself that fails: then the database is still empty."""
    manifest = read(folder)
    tell(f"Backup of {manifest.made_at}: the hashes of {len(manifest.files)} files are right.")
    refuse(manifest)
    with as_owner():
        run(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            *into(folder),
        )
    shutil.copytree(folder / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    tell("Database and uploads are back, migrated to this version, with the rights of the product's role.")
    with as_owner():
        adopted = adopt(at=at)
    tell(
        f"The record goes on from {adopted.base} on this server; its readers go on where they were."
        if adopted
        else "This server counts on from where the record ends."
    )
    return verify.verify(checkpoint=verify.read((folder / CHECKPOINT).read_text()))


def into(folder: Path) -> tuple[object, ...]:
    return "--dbname", connection.settings_dict["NAME"], folder / DUMP


def refuse(manifest: Manifest) -> None:
    """A restore never writes over anything, nor takes back what only a newer version understands."""
    unknown = sorted(manifest.migrations - MigrationLoader(None).disk_migrations.keys())
    if unknown:
        app, name = unknown[-1]
        raise Failed(f"the backup is of a newer version: this one does not know {app} {name}.")
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        (tables,) = cursor.fetchone()
    if tables:
        name = connection.settings_dict["NAME"]
        raise Failed(
            f"the database {name} is not empty; make a new one, a restore never writes over anything."
        )
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(media.iterdir()):
        raise Failed(f"{media} is not empty; move it away, a restore never writes over anything.")
    if settings.PRODUCTION and (complaint := complaint_about_roles()):
        raise Failed(complaint)
