"""Every row of the database as text: what an act wrote, whatever table it went to."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

Rows = dict[tuple[str, str], str]
RAW = "SELECT ctid::text || ':' || xmin::text, row_to_json(one)::text FROM {} AS one"


def every_row() -> Rows:
    """By table and version: a row that was written again counts as new."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(RAW.format(connection.ops.quote_name(table)))
            found |= {(table, version): text for version, text in cursor.fetchall()}
    return found


@contextmanager
def written() -> Iterator[Rows]:
    """The rows that were written inside the block, filled in at its end."""
    before, after = every_row(), Rows()
    yield after
    after |= {place: text for place, text in every_row().items() if place not in before}


def people_in(rows: Rows) -> dict[str, set[object]]:
    """By column, every value of the rows in which a person could be meant: columns that refer to people, and
    numbers and texts named like one inside of JSON."""
    references = people_columns()
    found: dict[str, set[object]] = {}
    for (table, _), text in rows.items():
        for column, value in json.loads(text).items():
            name = f"{table}.{column}"
            if name in references:
                found.setdefault(name, set()).add(value)
            elif isinstance(value, str) and value.startswith("{"):
                for key in ("to", "user", "by", "actor"):
                    found.setdefault(f"{name}.{key}", set()).update(re.findall(rf'"{key}":(\d+)', value))
    return found


def people_columns() -> set[str]:
    """Every column of the database that refers to a person."""
    sql = """
        SELECT c.conrelid::regclass::text || '.' || a.attname
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.contype = 'f' AND c.confrelid = 'people_user'::regclass
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}
