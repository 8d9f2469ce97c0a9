"""Staging: every row of the file as it stands, in the database, so that deals can be taken in their order."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice

from django.db import connection, transaction

from base import clock
from base.words import say
from deals.importing.fit import Fitted
from deals.importing.heads import required
from deals.importing.reading import blank, open_text, records
from deals.importing.sources import Wrong
from deals.models import Import, ImportRefusal, ImportRow

CHUNK = 5000  # rows written at once
Numbered = tuple[int, list[str]]

# A deal whose rows say different days is refused as a whole, so its rows must come together.
ONE_DAY = """
    UPDATE deals_importrow AS row SET day = said.first
    FROM (SELECT key, min(day) AS first FROM deals_importrow WHERE import_id = %(pk)s
          GROUP BY key HAVING min(day) <> max(day)) AS said
    WHERE row.import_id = %(pk)s AND row.key = said.key
"""
DEALS = "SELECT count(*) FROM (SELECT DISTINCT key FROM deals_importrow WHERE import_id = %(pk)s) AS deals"


def stage(import_: Import, fitted: Fitted, today: date, go_on: Callable[[], bool]) -> None:
    """Stage what is not staged yet, chunk by chunk, while `go_on` says so. Raises Unreadable."""
    rows = left(import_, fitted)
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            keep(import_, fitted, chunk, today)
        if not go_on():
            return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_DAY, {"pk": import_.pk})
        cursor.execute(DEALS, {"pk": import_.pk})
        import_.deals_total = cursor.fetchone()[0]
        import_.staged = True
        import_.save(update_fields=["deals_total", "staged"])


def left(import_: Import, fitted: Fitted) -> Iterator[Numbered]:
    """The rows that are not staged yet; the row of a spreadsheet that each stands in."""
    layout = fitted.layout
    with open_text(import_.path, layout.encoding) as stream:
        seen = 0
        for number, cells in enumerate(records(stream, layout), start=1):
            if number < layout.first or blank(cells):
                continue
            seen += 1
            if seen > import_.rows_read:
                yield number, cells


def keep(import_: Import, fitted: Fitted, chunk: Sequence[Numbered], today: date) -> None:
    staged: list[ImportRow] = []
    refused: list[ImportRefusal] = []
    for number, cells in chunk:
        try:
            staged.append(row_of(import_, fitted, number, cells, today))
        except Wrong as fault:
            refused.append(
                ImportRefusal(
                    origin=import_,
                    row=number,
                    column=fault.column,
                    value=fault.value,
                    reason=str(fault),
                    cells=json.dumps(cells, ensure_ascii=False),
                )
            )
    ImportRow.objects.bulk_create(staged)
    ImportRefusal.objects.bulk_create(refused)
    import_.rows_read += len(chunk)
    import_.rows_refused += len(refused)
    import_.beat_at = clock.now()
    import_.save(update_fields=["rows_read", "rows_refused", "beat_at"])


def row_of(import_: Import, fitted: Fitted, number: int, cells: list[str], today: date) -> ImportRow:
    """The row under its deal's key. A row of the wrong length spoils its deal. Raises Wrong without a key."""
    expected = len(fitted.layout.columns)
    fault = (
        ""
        if len(cells) == expected
        else say("has {count} cells, {expected} were expected", count=len(cells), expected=expected)
    )
    padded = cells + [""] * (expected - len(cells))
    return ImportRow(
        origin=import_,
        number=number,
        key=required(fitted.key(padded), "key"),
        day=fitted.day(padded, today),
        cells=json.dumps(cells, ensure_ascii=False),
        fault=fault,
    )
