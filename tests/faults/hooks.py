"""Where a process can be held while it is killed: the database waits for us in the middle of an effect."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg2

from dealdesk.place import OWNER, Place

IN_ACT, IN_COMMIT = 7001, 7002  # advisory locks; without them held nothing waits
HOOKS = f"""
    CREATE FUNCTION hold_in_act() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared({IN_ACT}); RETURN NULL; END $$;
    CREATE FUNCTION hold_in_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared({IN_COMMIT}); RETURN NULL; END $$;
    CREATE TRIGGER hold_in_act AFTER INSERT ON ledger_event
        FOR EACH STATEMENT EXECUTE FUNCTION hold_in_act();
    CREATE CONSTRAINT TRIGGER hold_in_commit AFTER UPDATE ON ledger_effect
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.state = 'pending' AND NEW.state = 'done') EXECUTE FUNCTION hold_in_commit();
"""
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
CUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND pid <> %s
"""
PATIENCE = 20.0  # seconds until somebody must have come to where they are held


@contextmanager
def cursor_of(place: Place, user: str = OWNER) -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(place.database_url(user))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def install(place: Place) -> None:
    with cursor_of(place) as cursor:
        cursor.execute(HOOKS)


def held(place: Place, lock: int, kill: Callable[[], int]) -> int:
    """Hold whoever comes to `lock`, kill there, let go. How many waited there."""
    with cursor_of(place) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        until = time.monotonic() + PATIENCE
        waiting = 0
        while not waiting and time.monotonic() < until:
            time.sleep(0.02)
            cursor.execute(WAITING, [lock])
            (waiting,) = cursor.fetchone() or (0,)
        if waiting:
            kill()
        return int(waiting)


def cut_connections(place: Place, but: int) -> int:
    """End every connection to the database except ours. How many."""
    with cursor_of(place, "postgres") as cursor:
        cursor.execute(CUT, [but])
        (count,) = cursor.fetchone() or (0,)
        return int(count)
