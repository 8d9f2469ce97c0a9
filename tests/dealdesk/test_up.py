import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from dealdesk.management.commands import up
from dealdesk.place import Place

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[2]
STORES = ("DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL", "SECRET_KEY")


class Run:
    def __init__(self, var: Path, **env: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name not in STORES}
        self.env = {**kept, "DEALDESK_ENV": "test", "DEALDESK_VAR": str(var), "PORT": str(self.port), **env}
        self.log = var.parent / "up.log"
        self.start()

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.answers()
        self.tree = family(self.process.pid)

    def answers(self) -> None:
        for _ in range(600):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
                assert page.read() == b"ok\n"
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def left(self, seconds: float) -> set[int]:
        """Who of the whole family still lives after at most `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(map(alive, self.tree)):
            time.sleep(0.1)
        return set(filter(alive, self.tree))


def family(number: int) -> set[int]:
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in shown.splitlines()]
    found = {number}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found


def alive(number: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "with a space" / "var"
    folder.parent.mkdir()
    yield folder


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_stops_everything_and_kill_9_is_recovered_from(var):
    run = Run(var)
    assert (
        len(run.tree) >= 9
    )  # supervisor, its three, PostgreSQL and its own, Valkey, gunicorn's and Celery's
    run.process.kill()
    run.process.wait()
    assert run.left(12) == set()  # only the supervisor was killed: nothing is orphaned
    run.start()
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.process.wait(10) == 0
    assert run.left(0) == set()
    assert run.log.read_text().endswith("Stopped. What was entered is kept.\n")


@pytest.mark.django_db(transaction=True)
def test_with_servers_of_ones_own_nothing_embedded_is_started(var, settings):
    run = Run(var, DATABASE_URL=settings.DATABASE_URL, REDIS_URL=settings.REDIS_URL)
    os.killpg(run.process.pid, signal.SIGTERM)
    assert run.process.wait(10) == 0
    assert run.left(0) == set()
    assert not (var / "postgres").exists()
    assert not (var / "valkey").exists()


def manage(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in STORES}
    command = [sys.executable, "manage.py", *args]
    return subprocess.run(command, cwd=ROOT, env={**kept, **env}, capture_output=True, text=True, timeout=60)


def test_a_taken_port_is_said_in_one_line(var):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = manage("up", DEALDESK_VAR=str(var), PORT=str(port))
    sentence = f"port {port} is taken; stop what uses it, or choose another: PORT={port + 1} make run"
    assert (ran.returncode, ran.stderr) == (1, f"Deal Desk cannot start: {sentence}\n")
    assert not (var / "postgres").exists()


def test_a_database_that_does_not_answer_is_said_in_one_line(var):
    url = "postgresql://desk@127.0.0.1:1/deals"
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    ran = manage("up", DEALDESK_VAR=str(var), PORT=port, DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0")
    assert ran.returncode == 1
    assert ran.stderr.startswith(
        "Deal Desk cannot start: the database does not let us in: connection to server at"
    )
    assert "Traceback" not in ran.stderr


def test_the_demo_is_made_with_the_key_that_its_processes_get(tmp_path, settings, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "somebody else's")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.PLACE, settings.PRODUCTION = Place(tmp_path), False
    monkeypatch.setattr(up, "port_is_free", lambda *where: None)
    made: list[str] = []

    class Made(Exception):
        pass

    def make(command: up.Command) -> str:
        made.extend([settings.SECRET_KEY, os.environ["SECRET_KEY"]])
        raise Made

    monkeypatch.setattr(up.Command, "prepare_database", make)
    with pytest.raises(Made):
        up.Command().run()
    assert made == [Place(tmp_path).secret()] * 2
