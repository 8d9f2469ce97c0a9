"""What `make` says before there is anything to run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *words], cwd=folder, env=outer, capture_output=True, text=True, timeout=60)


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_an_old_python_is_named(fresh):
    script(fresh / "old", "exit 1")
    ran = make(fresh, "run", "PYTHON=./old")
    assert ran.returncode == 2
    assert ran.stderr.startswith("Deal Desk cannot start: it needs Python 3.11 or newer; found: Python 3.")
    assert not (fresh / ".venv").exists()


def test_a_python_without_environments_is_named(fresh):
    script(fresh / "bare", 'case "$*" in *venv*) exit 1;; esac')
    ran = make(fresh, "run", "PYTHON=./bare")
    sentence = "./bare cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"
    assert ran.stderr.splitlines()[0] == f"Deal Desk cannot start: {sentence}"
    assert not (fresh / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_named(fresh):
    (fresh / ".writable").mkdir()  # stands for a read-only disk, also for root
    ran = make(fresh, "run")
    assert ran.stderr.splitlines()[0] == f"Deal Desk cannot start: this folder cannot be written: {fresh}"


def test_manage_refuses_an_old_python_in_one_line():
    pretend = "import sys; sys.version_info = (3, 10); exec(open('manage.py').read())"
    ran = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("Deal Desk needs Python 3.11 or newer; this is 3.")
    assert ran.stderr.count("\n") == 1


def test_help_lists_the_few_targets(fresh):
    lines = make(fresh, "help").stdout.splitlines()
    assert [line.split()[1] for line in lines] == [
        "help",
        "run",
        "test",
        "screens",
        "faults",
        "bench",
        "vendor",
        "clean",
    ]


def test_the_pipeline_runs_make_test_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[1:] == ['cd "$(dirname "$0")/.." && exec make test']
