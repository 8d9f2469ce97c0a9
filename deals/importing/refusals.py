"""The rows that did not land, as a file: what is wrong with each, and the row as it was sent."""

import csv
import json
import re
from collections.abc import Iterator
from typing import IO

from deals.models import Import

HEAD = ("row", "column", "value", "reason")
AT_ONCE = 1000
NUMBER = re.compile(r"[+-]?[\d.,\s]+%?")
RISKY = ("=", "+", "-", "@", "\t", "\r")


def write(import_: Import, out: IO[str]) -> int:
    """A CSV of every refused row with row number, column, value, reason and its own cells; how many.

    No cell of it is a formula to a spreadsheet.
    """
    writer = csv.writer(out)
    for line in lines(import_):
        writer.writerow(line)
    return import_.refusals.count()


def lines(import_: Import) -> Iterator[list[str]]:
    """The header, then one line for each refused row."""
    yield [*HEAD, *map(safe, import_.header)]
    rows = import_.refusals.order_by("row", "pk").values_list("row", "column", "value", "reason", "cells")
    for row, column, value, reason, cells in rows.iterator(AT_ONCE):
        own = json.loads(cells) if cells else []
        yield [str(row), *map(safe, (column, value, reason, *own))]


def safe(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(RISKY) and not NUMBER.fullmatch(cell) else cell
