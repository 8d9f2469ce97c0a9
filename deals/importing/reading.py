"""A file of rows, read as a stream: encoding and delimiter named by the mapping, or detected. Pure."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from base.words import mark, say
from deals.importing.fields import Format

BLOCK = 1 << 16
SAMPLE = 1 << 18  # bytes in which a delimiter is looked for
DELIMITERS = (",", ";", "\t", "+|", "||", "|", "~", "^")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NAMES = {"\t": mark("tab"), " ": mark("space")}
BREAKS = re.compile(r"\r\n|\r|\n")


class Unreadable(ValueError):
    """This file cannot be read as its mapping says. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written, and its columns. `named`: they stand in its first row."""

    encoding: str
    delimiter: str
    quote: str
    row_end: str
    columns: tuple[str, ...]
    named: bool

    @property
    def first(self) -> int:
        """The number of the first row that is not the header."""
        return 2 if self.named else 1


def layout_of(path: Path, format: Format, wanted: Collection[str]) -> Layout:
    """How the file at `path` is written. `wanted`: columns that will be read; they tell delimiters apart.

    Raises Unreadable when it is empty or its bytes are not of this encoding.
    """
    encoding = format.encoding or encoding_of(path)
    refuse_undecodable(path, encoding)
    with path.open("rb") as file:
        sample = decoded(file.read(SAMPLE), encoding)
    if not sample.strip():
        raise Unreadable(say("The file is empty."))
    delimiter = format.delimiter or delimiter_of(sample, format, frozenset(wanted))
    bare = Layout(encoding, delimiter, format.quote, format.row_end, format.columns, not format.columns)
    if format.columns:
        return bare
    header = next((row for row in records(io.StringIO(sample, newline=""), bare) if not blank(row)), [])
    columns = tuple(name.strip() for name in header)
    return Layout(encoding, delimiter, format.quote, format.row_end, columns, True)


def encoding_of(path: Path) -> str:
    """By its mark (UTF-8, UTF-16), else by the zeros of UTF-16, else UTF-8 if all of it is, else cp1252."""
    with path.open("rb") as file:
        start = file.read(BLOCK)
    if told := encoding_told(start):
        return told
    try:
        refuse_undecodable(path, "utf-8")
    except Unreadable:
        return "cp1252"
    return "utf-8"


def encoding_told(start: bytes) -> str:
    """By the beginning of a file alone: its mark, or the zeros of UTF-16; "" where neither tells."""
    for beginning, name in MARKS:
        if start.startswith(beginning):
            return name
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def refuse_undecodable(path: Path, encoding: str) -> None:
    """Raises Unreadable at the first byte that is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                row += decoder.decode(block).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise Unreadable(
                say(
                    "The file is not written in {encoding}, from about row {row} on: {error}.",
                    encoding=encoding,
                    row=row,
                    error=error,
                )
            ) from error


def decoded(start: bytes, encoding: str) -> str:
    """The beginning of a file, whole characters and no mark."""
    return codecs.getincrementaldecoder(encoding)().decode(start).removeprefix("\ufeff")


def delimiter_of(sample: str, format: Format, wanted: Collection[str]) -> str:
    """The one that gives most of the wanted columns; without a header, most rows of the right length."""

    def fit(delimiter: str) -> tuple[int, int]:
        layout = Layout("", delimiter, format.quote, format.row_end, (), False)
        rows = list(islice(records(io.StringIO(sample, newline=""), layout), 20))
        if format.columns:
            return sum(len(row) == len(format.columns) for row in rows), 0
        header = next((row for row in rows if not blank(row)), [])
        return len({name.strip() for name in header} & set(wanted)), len(header)

    return max(DELIMITERS, key=fit)


def open_text(path: Path, encoding: str) -> TextIO:
    """The file from its first character on, past the mark."""
    stream = path.open(encoding=encoding, newline="")
    if stream.read(1) != "\ufeff":
        stream.seek(0)
    return stream


def records(stream: TextIO, layout: Layout) -> Iterator[list[str]]:
    """Every row as its cells, line breaks in quotes kept; a blank row is an empty list or empty cells.

    Raises Unreadable where a quote is opened and never closed.
    """
    plain = len(layout.delimiter) == 1 and not layout.row_end
    return csv_records(stream, layout) if plain else split_records(stream, layout)


def csv_records(stream: TextIO, layout: Layout) -> Iterator[list[str]]:
    rows = (
        csv.reader(stream, delimiter=layout.delimiter, quotechar=layout.quote)
        if layout.quote
        else csv.reader(stream, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE)
    )
    number = 0
    try:
        for row in rows:
            number += 1
            yield row
    except csv.Error as error:
        raise Unreadable(
            say("Row {row} cannot be read, is a quote never closed? ({error})", row=number + 1, error=error)
        ) from error


def split_records(stream: TextIO, layout: Layout) -> Iterator[list[str]]:
    """For delimiters and row ends of more than one sign, which the csv module does not know."""
    quote = layout.quote
    for record in joined(pieces(stream, layout.row_end), quote, layout.row_end or "\n"):
        cells = joined(record.split(layout.delimiter), quote, layout.delimiter)
        yield [unquoted(cell, quote) for cell in cells]


def pieces(stream: TextIO, row_end: str) -> Iterator[str]:
    """The text cut at row ends, or at line breaks."""
    if not row_end:
        for line in stream:
            yield line.rstrip("\r\n")
        return
    rest = ""
    while block := stream.read(BLOCK):
        *whole, rest = (rest + block).split(row_end)
        yield from (BREAKS.sub("", piece, count=1) if piece[:1] in ("\r", "\n") else piece for piece in whole)
    if rest.strip():
        yield rest.lstrip("\r\n")


def joined(parts: Iterator[str] | list[str], quote: str, glue: str) -> Iterator[str]:
    """Parts that were cut inside quotes, put together again."""
    held: list[str] = []
    for part in parts:
        held.append(part)
        if not quote or sum(each.count(quote) for each in held) % 2 == 0:
            yield glue.join(held)
            held = []
    if held:
        yield glue.join(held)


def unquoted(cell: str, quote: str) -> str:
    if quote and len(cell) > 1 and cell[0] == quote == cell[-1]:
        return cell[1:-1].replace(quote * 2, quote)
    return cell


def blank(row: list[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in row)


def shown(delimiter: str) -> str:
    """A delimiter as people call it."""
    return NAMES.get(delimiter, delimiter)
