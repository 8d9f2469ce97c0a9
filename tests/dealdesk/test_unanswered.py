"""A command that needs the database says in one line that there is none, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNSET = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def manage(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    env = {**kept, "DEALDESK_ENV": "demo", "DEALDESK_VAR": str(var), **more}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", ["verify_ledger", "migrate"])
def test_no_postgresql_for_the_folder_is_one_line(command: str, tmp_path: Path) -> None:
    ran = manage(tmp_path, command)
    assert ran.returncode == 1
    assert ran.stderr == (
        f"No PostgreSQL runs for {tmp_path}. Start it with `make run`, or set DEALDESK_VAR to the folder of "
        "the one that runs.\n"
    )


def test_a_server_of_ones_own_that_does_not_answer_is_named_by_its_setting(tmp_path: Path) -> None:
    ran = manage(tmp_path, "sweep", DATABASE_URL="postgresql://who:s3cret@127.0.0.1:1/desk")
    assert ran.returncode == 1
    assert ran.stderr.startswith("The PostgreSQL that DATABASE_URL names does not answer: ")
    assert ran.stderr.count("\n") == 1
    assert "s3cret" not in ran.stderr


def test_a_backup_without_a_database_leaves_nothing_behind(tmp_path: Path) -> None:
    for _ in range(2):
        ran = manage(tmp_path / "var", "backup", str(tmp_path / "kept"))
        assert ran.returncode == 1
        assert ran.stderr.startswith("No PostgreSQL runs for ")
        assert ran.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "var") == []
