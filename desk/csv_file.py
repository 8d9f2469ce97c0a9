"""Rows as a file for a spreadsheet, written as they are read."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from base.locales import current, speaking

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """With a header line, in the reader's language. What a spreadsheet would take for a formula is text."""
    writer, told = csv.writer(Echo()), in_their_language(rows, current())
    lines: Iterator[str] = (writer.writerow([plain(cell) for cell in row]) for row in chained(head, told))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def in_their_language(rows: Iterable[Sequence[str]], code: str) -> Iterator[Sequence[str]]:
    """Rows are read while they are sent, when the request and its locale are over."""
    reading = iter(rows)
    while True:
        with speaking(code):
            row = next(reading, None)
        if row is None:
            return
        yield row


def chained(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield head
    yield from rows


def plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
