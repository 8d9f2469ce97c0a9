"""Two database roles: the owner migrates; the one the product runs as cannot change what is append-only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """The default connection signs in as the owner inside the block, if settings name one."""
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def grant_rights(role: str) -> None:
    """Give `role` what the product needs on every table; on append-only tables, to read and to add."""
    tables = connection.introspection.table_names()
    name = connection.ops.quote_name(role)
    append_only = ", ".join(table for table in settings.APPEND_ONLY_TABLES if table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        if append_only:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {name}")
