import os
import signal
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from dealdesk import embedded
from dealdesk.embedded import serve
from dealdesk.place import Failed, Place, make_folders

pytestmark = pytest.mark.services


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "a folder" / "var")


def sql(place: Place, statement: str) -> list[tuple[object, ...]]:
    with (
        closing(psycopg2.connect(place.owner_url())) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def server_numbers(place: Place) -> tuple[int, int]:
    postgres = int((place.var / "postgres/cluster/postmaster.pid").read_text().split()[0])
    with closing(redis.Redis.from_url(place.redis_url())) as client:
        return postgres, int(client.info("server")["process_id"])


def gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_what_was_written_is_there_after_stop_and_start(place):
    with serve(place):
        sql(place, "CREATE TABLE kept AS SELECT 7 AS n")
        with closing(redis.Redis.from_url(place.redis_url())) as client:
            client.set("kept", "yes")
        numbers = server_numbers(place)
    assert [gone(number) for number in numbers] == [True, True]
    assert not place.sockets.exists()
    with serve(place):
        assert sql(place, "SELECT n FROM kept") == [(7,)]
        with closing(redis.Redis.from_url(place.redis_url())) as client:
            assert client.get("kept") == b"yes"


def test_the_next_start_recovers_from_kill_9(place):
    with serve(place):
        sql(place, "CREATE TABLE kept AS SELECT 7 AS n")
        for number in server_numbers(place):
            os.kill(number, signal.SIGKILL)
    assert (place.var / "postgres/cluster/postmaster.pid").exists()
    with serve(place):
        assert sql(place, "SELECT n FROM kept") == [(7,)]


def test_a_process_that_took_the_dead_servers_number_is_left_alone(place):
    with serve(place):
        os.kill(server_numbers(place)[0], signal.SIGKILL)
    lock = place.var / "postgres/cluster/postmaster.pid"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().splitlines()[1:]]) + "\n")
    with serve(place):
        assert sql(place, "SELECT 1") == [(1,)]


def test_a_server_that_outlived_its_run_is_stopped_first(place):
    make_folders(place)
    account = embedded.prepare(place)
    orphan = embedded.start_postgres(place, account, durable=False)
    with serve(place):
        assert orphan.wait(5) == 0
        assert sql(place, "SELECT 1") == [(1,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_without_an_account_for_the_servers_takes_nobody(place, monkeypatch):
    monkeypatch.setattr(embedded, "ACCOUNT", "no-such-account")
    monkeypatch.setenv("PATH", "/nowhere")
    assert embedded.foreign_account(place).pw_name == "nobody"
    monkeypatch.undo()
    monkeypatch.setattr(embedded, "ACCOUNT", "nobody")
    with serve(place):
        assert (place.var / "postgres").owner() == "nobody"
        assert sql(place, "SELECT 1") == [(1,)]


def test_a_second_run_in_the_same_folder_is_refused(place, monkeypatch):
    monkeypatch.setattr("dealdesk.place.LET_GO", 0.5)
    with serve(place, postgres=False, valkey=False), pytest.raises(Failed) as refusal, serve(place):
        pass
    assert str(refusal.value) == f"it runs already from this folder (process {os.getpid()})."


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed, match=r"file/var cannot be written \(Not a directory\); make it writable"):
        with serve(Place(tmp_path / "file" / "var")):
            pass


def test_a_foreign_socket_folder_is_refused(place):
    place.sockets.parent.mkdir(exist_ok=True)
    place.sockets.symlink_to("/tmp")
    try:
        with pytest.raises(Failed, match="belongs to another user"), serve(place):
            pass
    finally:
        place.sockets.unlink(missing_ok=True)


def test_only_the_servers_account_enters_the_socket_folder(place):
    with serve(place, valkey=False):
        assert oct(place.sockets.stat().st_mode & 0o777) == "0o700"
        assert len(os.fsencode(place.sockets / ".s.PGSQL.5432")) < 107


def test_the_secret_is_made_once_and_only_its_owner_reads_it(place):
    first = place.make_secret()
    assert len(first) > 80
    assert place.make_secret() == first
    assert oct((place.var / "secret-key").stat().st_mode & 0o777) == "0o600"
