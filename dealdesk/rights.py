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


def complaint_about_roles() -> str:
    """What is wrong with the role the product runs as; "" when nothing is. Asks the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, super_ = cursor.fetchone()
    if super_:
        return f"set DATABASE_URL to a role that is no superuser: {role} may change what is append-only."
    if role == settings.DATABASE_OWNER.get("USER"):
        return f"set DATABASE_URL to another role than DATABASE_OWNER_URL: {role} owns the tables."
    return ""


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
