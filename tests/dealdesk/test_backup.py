"""A backup that is restored on another server: everything is there, and everything goes on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from base import clock
from dealdesk import backup, pg_tools
from dealdesk.embedded import serve
from dealdesk.place import Failed, Place
from ledger.follow import follow
from ledger.models import Event, Follower
from ledger.record import record

ROOT = Path(__file__).resolve().parents[2]
GO_ON = """
from django.db import transaction
from base import clock
from ledger.follow import follow
from ledger.models import Follower
from ledger.record import record
first = follow("appointed")
with transaction.atomic():
    record("policy", "appointed", by=None, at=clock.now())
print("handed over:", first, follow("appointed"), Follower.objects.exclude(last_error="").count())
"""
GUARDED = ("UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Place]:
    """A server that has counted nothing yet, with an empty database and its two roles."""
    place = Place(tmp_path / "other" / "var")
    with serve(place, valkey=False, durable=False):
        yield place


@pytest.fixture
def made(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    """A backup of a ledger with an event more than `half_followed` wrote, or with one."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    (settings.MEDIA_ROOT / "evidence").mkdir(parents=True)
    (settings.MEDIA_ROOT / "evidence" / "visit.pdf").write_bytes(b"%PDF\x00")
    appoint()
    call_command("backup", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def half_followed(transactional_db: None) -> None:
    """Two events, which their follower has been handed: once no test beside this one is in a transaction."""
    for _ in range(2):
        appoint()
        while follow("appointed") == 0:
            time.sleep(0.05)


def appoint() -> None:
    with transaction.atomic():
        record("policy", "appointed", by=None, at=clock.now())


def manage(place: Place, *words: object) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "DATABASE_URL": place.database_url(),
        "DATABASE_OWNER_URL": place.owner_url(),
        "DEALDESK_VAR": str(place.var),
    }
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def refused(url: str, statement: str) -> str:
    with closing(psycopg2.connect(url)) as server, server, server.cursor() as cursor:
        with pytest.raises(psycopg2.Error) as refusal:
            cursor.execute(statement)
    return str(refusal.value)


def ask(url: str, question: str) -> Any:
    with closing(psycopg2.connect(url)) as server, server.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.services
@pytest.mark.usefixtures("half_followed")
def test_a_restored_ledger_is_whole_guarded_and_followed_on(made: Path, other: Place) -> None:
    furthest = Event.objects.order_by("-txid").values_list("txid", flat=True)[0]
    place = Follower.objects.get(name="appointed").place
    assert ask(other.owner_url(), "SELECT pg_current_xact_id()::text::bigint") < furthest

    ran = manage(other, "restore", made)

    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0].endswith("the hashes of 3 files are right.")
    assert lines[-2].startswith("The record goes on from ")
    assert lines[-1] == "3 events in 1 streams read, with the backup's checkpoint, nothing wrong."
    assert (other.var / "media" / "evidence" / "visit.pdf").read_bytes() == b"%PDF\x00"
    where = "SELECT array[txid, event] FROM ledger_follower WHERE name = 'appointed'"
    assert ask(other.database_url(), where) == list(place)
    for statement in GUARDED:
        assert "permission denied" in refused(other.database_url(), statement)
        assert "pgtrigger: Cannot" in refused(other.owner_url(), statement)
    assert ask(other.database_url(), "SELECT count(*) FROM ledger_event") == 3
    went_on = manage(other, "shell", "-v0", "-c", GO_ON)
    assert (went_on.stdout, went_on.stderr) == ("handed over: 1 1 0\n", "")
    again = manage(other, "restore", made)
    sentence = "the database dealdesk is not empty; make a new one, a restore never writes over anything."
    assert (again.returncode, again.stderr) == (1, f"CommandError: Nothing was restored: {sentence}\n")


def test_a_backup_is_for_nobody_else_and_never_written_over(made: Path) -> None:
    assert oct(made.stat().st_mode & 0o777) == "0o700"
    assert not made.with_name("kept.part").exists()
    before = (made / "manifest.json").read_bytes()
    with pytest.raises(CommandError, match=r"kept is there already; name a new folder, or remove it\."):
        call_command("backup", made)
    assert (made / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("name", ["database.dump", "checkpoint.json", "media/evidence/visit.pdf"])
@pytest.mark.parametrize("harm", ["changed", "gone", "added"])
def test_a_backup_that_is_not_as_it_was_names_the_file(name: str, harm: str, tmp_path: Path) -> None:
    for known in ("database.dump", "checkpoint.json", "media/evidence/visit.pdf"):
        (tmp_path / known).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / known).write_bytes(b"as it was")
    manifest = backup.Manifest("2026-06-11", 180000, frozenset(), backup.hashes(tmp_path))
    (tmp_path / "manifest.json").write_text(manifest.text())
    assert backup.read(tmp_path) == manifest
    harmed = tmp_path / name
    if harm == "changed":
        harmed.write_bytes(b"as it wAs")
    elif harm == "gone":
        harmed.unlink()
    else:
        harmed.with_suffix(".new").write_bytes(b"")
    with pytest.raises(Failed, match="is not as it was backed up; take another backup"):
        backup.read(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_fails_half_way_leaves_nothing_in_the_way_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*words: object) -> None:
        raise Failed("pg_dump: no space left on device")

    monkeypatch.setattr(backup, "run", full)
    for _ in range(2):
        with pytest.raises(CommandError, match="no space left on device"):
            call_command("backup", tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_backup_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"is no backup: manifest\.json cannot be read"):
        backup.read(tmp_path)


def test_what_only_a_newer_version_understands_is_refused(made: Path) -> None:
    said = json.loads((made / "manifest.json").read_text())
    said["migrations"].append(["ledger", "9999_from_the_future"])
    (made / "manifest.json").write_text(json.dumps(said))
    sentence = "the backup is of a newer version: this one does not know ledger 9999_from_the_future"
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", made)
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_the_nearest_version_that_knows_the_server_is_taken(tmp_path: Path, monkeypatch: Any) -> None:
    server = pg_tools.server_version() // 10000
    for version in (server - 1, server + 1, server, server + 2):
        program = tmp_path / f"v{version}"
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.1 (Debian {version}.1-1)'\n")
        program.chmod(0o755)
    there: list[Path] = [tmp_path / f"v{server + n}" for n in (-1, 1, 0, 2)]
    monkeypatch.setattr(pg_tools, "candidates", lambda name: iter(there))
    assert pg_tools.tool("pg_dump") == tmp_path / f"v{server}"
    there.remove(tmp_path / f"v{server}")
    assert pg_tools.tool("pg_dump") == tmp_path / f"v{server + 1}"
    there[1:] = []
    sentence = (
        f"the server is PostgreSQL {server}, the versions of pg_dump found here are: {server - 1}; install"
    )
    with pytest.raises(Failed, match=sentence):
        pg_tools.tool("pg_dump")
