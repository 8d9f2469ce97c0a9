"""Each command of docker-compose.yml, as it stands there, in production, with ordinary servers over TCP."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg2
import pytest
import redis

from dealdesk.embedded import (
    PATIENCE,
    binary_postgres,
    binary_valkey,
    create_cluster,
    launch,
    prepare,
    stop,
)
from dealdesk.place import Place, make_folders
from tests.__main__ import PRODUCTION_ENV
from tests.dealdesk.test_compose import SERVICES

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-this-test"
HOST = "desk.example.com"
PASSWORDS = {"DATABASE_OWNER_PASSWORD": "owner's", "DATABASE_PASSWORD": "product"}
DUE = """
from datetime import timedelta
from base import clock
from ledger.effects import schedule
from people.models import Absence, User
ann = User.objects.create_user("ann@example.com", name="Ann", function="sales")
now = clock.now()
away = Absence.objects.create(user=ann, starts=now, ends=now + timedelta(days=1), set_by=ann, set_at=now)
schedule("absence", "absence:1", "due:1", now, absence=away.pk)
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(answer, seconds: float = 40):
    """What `answer` says once it says something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(OSError, psycopg2.Error, redis.exceptions.RedisError):
            if said := answer():
                return said
        time.sleep(0.1)
    pytest.fail("no answer")


class Servers:
    """PostgreSQL with passwords, and two Redis, as anybody's: on ports, started without the product."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        make_folders(place)
        account, data, log = prepare(place), place.var / "postgres", place.var / "log" / "servers.log"
        self.port, self.broker, self.cache = (free_port() for _ in range(3))
        create_cluster(data, account, log)
        (data / "cluster" / "pg_hba.conf").write_text(
            "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        switches = ("listen_addresses=127.0.0.1", f"port={self.port}", "fsync=off")
        words = [part for switch in switches for part in ("-c", switch)]
        command = [binary_postgres("postgres"), "-D", data / "cluster", "-k", place.sockets, *words]
        server = launch(command, account, log, data)
        stack.callback(stop, server, signal.SIGINT, signal.SIGQUIT)
        for port, service in ((self.broker, "broker"), (self.cache, "cache")):
            told = SERVICES[service]["command"][1:]
            command = [binary_valkey(), "--port", port, "--bind", "127.0.0.1", *told]
            valkey = launch(command, account, log, place.var / "valkey")
            stack.callback(stop, valkey, signal.SIGTERM, signal.SIGKILL)
        admin = f"postgresql://postgres@/postgres?host={place.sockets}&port={self.port}"
        until(lambda: psycopg2.connect(admin).close() is None, PATIENCE)
        roles = [str(binary_postgres("psql")), admin, "-q", "-f", str(ROOT / "deploy" / "roles.sql")]
        subprocess.run(roles, env={**os.environ, **PASSWORDS}, check=True)

    def url(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/dealdesk"

    def environment(self, var: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_OWNER_URL",)}
        return {
            **kept,
            **PRODUCTION_ENV,
            "ALLOWED_HOSTS": HOST,
            "BEHIND_PROXY": "1",
            "DATABASE_URL": self.url("dealdesk", "product"),
            "REDIS_URL": f"redis://127.0.0.1:{self.broker}/0",
            "CACHE_URL": f"redis://127.0.0.1:{self.cache}/0",
            "DEALDESK_VAR": str(var),
            "METRICS_TOKEN": TOKEN,
        }


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def argv(service: str, bind: str = "") -> list[str]:
    words = [sys.executable, *SERVICES[service]["command"][1:]]
    return [bind if word == "0.0.0.0:8000" else word for word in words]


def test_each_command_does_its_work_with_ordinary_servers(tmp_path: Path, stack: ExitStack) -> None:
    place = Place(tmp_path / "var")
    servers = Servers(place, stack)
    env = servers.environment(place.var)
    address = f"127.0.0.1:{free_port()}"
    log = stack.enter_context((tmp_path / "log").open("ab"))

    def start(service: str, bind: str = "", **more: str) -> subprocess.Popen[bytes]:
        words, known = argv(service, bind), {**env, **more}
        process = subprocess.Popen(words, cwd=ROOT, env=known, stdout=log, stderr=log, start_new_session=True)
        stack.callback(stop, process, signal.SIGTERM, signal.SIGKILL)
        return process

    def get(path: str, **headers: str) -> tuple[int, str]:
        with (
            suppress(HTTPError),
            urlopen(Request(f"http://{address}{path}", headers=headers), timeout=10) as page,
        ):
            return page.status, page.read().decode()
        return 0, ""

    def ask(question: str):
        with closing(psycopg2.connect(env["DATABASE_URL"])) as server, server.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]

    collect = start("collect")
    migrate = start("migrate", DATABASE_OWNER_URL=servers.url("dealdesk_owner", "owner%27s"))
    assert (migrate.wait(), collect.wait()) == (0, 0), (tmp_path / "log").read_text()
    for service in ("web", "worker", "beat"):
        start(service, address)
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", DUE], cwd=ROOT, env=env, check=True)

    said = until(lambda: get("/readyz")[1])
    assert '"ready": true' in said
    for _ in range(6):  # to either of its processes
        page = get("/accounts/login/", **{"Host": HOST, "X-Forwarded-Proto": "https"})[1]
    counted = get("/metrics", Authorization=f"Bearer {TOKEN}")[1]
    assert 'dealdesk_requests_total{method="GET",page="account_login",status="200"} 6.0' in counted
    assert "dealdesk_database_up 1.0" in counted
    (style,) = re.findall(r'href="(/static/desk\.[0-9a-f]{12}\.css)"', page)
    assert get(style, **{"Host": HOST, "X-Forwarded-Proto": "https"})[0] == 200
    assert until(lambda: ask("SELECT state = 'done' FROM ledger_effect WHERE dedupe_key = 'due:1'"))
    assert until(lambda: ask("SELECT array_agg(role ORDER BY role) = '{beat,worker}' FROM ledger_heartbeat"))
    health = [sys.executable, *SERVICES["beat"]["healthcheck"]["test"][2:]]
    ran = subprocess.run(health, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ask("SELECT has_table_privilege('dealdesk', 'ledger_event', 'UPDATE')") is False
