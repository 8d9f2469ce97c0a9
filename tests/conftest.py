"""Fixtures every test may use. The named people and the smallest valid objects live in tests/<app>/."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations

from dealdesk import embedded
from dealdesk.rights import grant_rights

TEMPLATE = "ready"


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """This worker's own database: a clone of the template, which the first worker to come migrates."""
    name = settings.DATABASES["default"]["NAME"]
    place = settings.PLACE
    with (
        django_db_blocker.unblock(),
        closing(psycopg2.connect(place.database_url("postgres", "postgres"))) as server,
        server.cursor() as cursor,
    ):
        server.autocommit = True
        cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if not cursor.fetchone():
            make_template(cursor)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {embedded.OWNER}")
        cursor.execute("SELECT pg_advisory_unlock(1)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_past_triggers(DatabaseOperations.sql_flush))
        yield
    with django_db_blocker.unblock():
        connections.close_all()


def make_template(cursor: Any) -> None:
    cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {embedded.OWNER}")
    cursor.execute(f"GRANT {embedded.APP} TO {embedded.OWNER}")
    cursor.execute(f"CREATE DATABASE building OWNER {embedded.OWNER}")
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "building"
    call_command("migrate", verbosity=0)
    grant_rights(embedded.APP)
    connection.close()
    connection.settings_dict["NAME"] = usual
    cursor.execute(f"ALTER DATABASE building RENAME TO {TEMPLATE}")


def flush_past_triggers(usual: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Transactional tests empty every table; append-only tables refuse that unless we say we are a replica."""

    def sql_flush(*args: Any, **kwargs: Any) -> list[str]:
        statements = usual(*args, **kwargs)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    return sql_flush


@pytest.fixture
def race(transactional_db: None) -> Callable[..., list[Any]]:
    """race(first, second, …): run them at the same moment, each in a thread with its own connection.

    Returns, in order, what each returned or the exception it raised.
    """

    def race_(*contenders: Callable[[], Any], seconds: float = 30) -> list[Any]:
        barrier = threading.Barrier(len(contenders))
        ends: list[Any] = [TimeoutError("still running")] * len(contenders)

        def run(place: int, contender: Callable[[], Any]) -> None:
            try:
                connection.ensure_connection()
                barrier.wait(seconds)
                ends[place] = contender()
            except Exception as error:
                ends[place] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(contenders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)
        return ends

    return race_
