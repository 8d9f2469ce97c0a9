"""Rates from a file: currency, date, rate and source in each row. Pure.

The cells are parted by semicolon, tab or comma; numbers have a decimal point or a decimal comma, one of them
in the whole file; days are written 2026-11-21 or 21.11.2026.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from base import format as show
from base.words import mark, say
from deals.rate_rules import RateRow, Refusal

COLUMNS = ("currency", "date", "rate", "source")
FIRST_ROW = mark("The first row names the columns: currency, date, rate, source.")
OTHERS = {
    ".": mark("The other numbers of this file have a decimal point."),
    ",": mark("The other numbers of this file have a decimal comma."),
}
DELIMITERS = (";", "\t", ",")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_ROWS = 50_000
NUMBER = re.compile(r"\d{1,12}(?:([.,])(\d+))?")
DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` by their number in the file, in its order; `refusals` of those that cannot be read."""

    rows: dict[int, RateRow]
    refusals: tuple[Refusal, ...]


def read(content: bytes) -> Sheet:
    """Every row, or why it cannot be read. A file that is no such table has one refusal, of its first row."""
    try:
        text = text_of(content)
        table = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True))
    except UnicodeDecodeError:
        return refused(1, say("Save the file as UTF-8."))
    except csv.Error as error:
        return refused(1, say("This is not a table of cells: {error}.", error=error))
    header = [cell.strip().lower() for cell in table[0]] if table else []
    if sorted(header) != sorted(COLUMNS):
        return refused(1, say(FIRST_ROW))
    if len(table) > MOST_ROWS + 1:
        return refused(
            MOST_ROWS + 2, say("At most {most} rows: split the file.", most=show.number(MOST_ROWS))
        )
    return sheet_of(header, table)


def refused(row: int, reason: str) -> Sheet:
    return Sheet({}, (Refusal(row, "", "", reason),))


def text_of(content: bytes) -> str:
    """By its byte order mark; without one UTF-8, else as older spreadsheets save it."""
    if content.startswith(UTF_16):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def delimiter_of(text: str) -> str:
    """The one that parts the names of the columns."""
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def sheet_of(header: list[str], table: list[list[str]]) -> Sheet:
    rows: dict[int, RateRow] = {}
    refusals: list[Refusal] = []
    numbered = {at: [cell.strip() for cell in cells] for at, cells in enumerate(table[1:], start=2)}
    place = header.index("rate")
    sign = decimal_sign(cells[place] for cells in numbered.values() if len(cells) == len(header))
    for number, cells in numbered.items():
        if not any(cells):
            continue
        if len(cells) != len(header):
            reason = say("{count} cells instead of {expected}.", count=len(cells), expected=len(header))
            refusals.append(Refusal(number, "", "", reason))
            continue
        named = dict(zip(header, cells, strict=True))
        faults = list(faults_of(named, sign))
        refusals += [Refusal(number, column, named[column], reason) for column, reason in faults]
        if not faults:
            rows[number] = row_of(named)
    return Sheet(rows, tuple(refusals))


def decimal_sign(cells: Iterator[str]) -> str:
    """The sign most numbers are written with: the same digits with the other one may be thousands."""
    signs = Counter(match[1] for match in map(NUMBER.fullmatch, cells) if match and match[1])
    return signs.most_common(1)[0][0] if signs else "."


def faults_of(cells: Cells, sign: str) -> Iterator[tuple[str, str]]:
    if day_of(cells["date"]) is None:
        yield "date", say("A day, like 2026-11-21.")
    number = NUMBER.fullmatch(cells["rate"])
    if number is None:
        yield "rate", say("A number, like 0.9214.")
    elif number[1] not in (None, sign):
        yield "rate", say(OTHERS[sign])


def row_of(cells: Cells) -> RateRow:
    day = day_of(cells["date"])
    assert day is not None
    rate = Decimal(cells["rate"].replace(",", "."))
    return RateRow(cells["currency"].upper(), day, rate, cells["source"])


def day_of(text: str) -> date | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in DAYS)), None)
    if match is None:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
