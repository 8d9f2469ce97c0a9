"""What a mapping says: which column, table or value each fact of a past deal comes from. Pure."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from guardrails.faults import Path

PLACE = re.compile(r"\{([^{}]+)\}")
NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Field:
    """One of a column (of the file, or of `table`), a fixed value, or a text with {column} in it.

    `blank` stands in for what is not known; `where` is the place in the mapping.
    """

    where: Path
    column: str = ""
    table: str = ""
    value: str | None = None
    text: str = ""
    aliases: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    blank: str | None = None

    def columns(self, tables: Mapping[str, "Table"]) -> Iterator[tuple[str, str]]:
        """Every (table, column) that is read for it; table "" is the file itself."""
        if self.column:
            yield self.table, self.column
        for name in PLACE.findall(self.text):
            yield place_of(name, tables)


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written; "" is detected. `quote` "" is no quoting, `row_end` "" a new line."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    row_end: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A further file, read once into memory: rows are found by the value of `find` in the column `key`."""

    name: str
    file: str
    key: str
    find: Field
    format: Format
    where: Path


@dataclass(frozen=True, slots=True)
class Numbers:
    """How cells write numbers. `percent`: "fraction" writes 0.2 for 20 %, "percent" writes 20."""

    decimal: str = "."
    thousands: str = ","
    percent: Literal["fraction", "percent"] = "percent"
    blank: frozenset[str] = frozenset({""})


@dataclass(frozen=True, slots=True)
class Mapped:
    """A whole mapping. `deal`, `line`, `terms` and `clauses` are fields by the name of what they fill."""

    source: str
    policy: int | None
    format: Format
    numbers: Numbers
    dates: tuple[str, ...]
    tables: Mapping[str, Table]
    deal: Mapping[str, Field]
    line: Mapping[str, Field]
    outcomes: Mapping[str, str]  # word of the file → won, lost or open
    owner_by: Literal["email", "name"] = "email"
    terms: Mapping[str, Field] = field(default_factory=dict)
    clauses: Mapping[str, Field] = field(default_factory=dict)

    def fields(self) -> Iterator[Field]:
        """Every field, those that find rows of tables last."""
        for group in (self.deal, self.line, self.terms, self.clauses):
            yield from group.values()
        yield from (table.find for table in self.tables.values())

    def read(self, table: str = "") -> dict[str, Path]:
        """Every column that is read of the file, or of a table, and where the mapping first names it."""
        found: dict[str, Path] = {}
        for each in self.fields():
            for name, column in each.columns(self.tables):
                if name == table:
                    found.setdefault(column, each.where)
        if table:
            found.setdefault(self.tables[table].key, (*self.tables[table].where, "key"))
        return found


def place_of(name: str, tables: Container[str]) -> tuple[str, str]:
    """ "products.Name" → ("products", "Name") if there is such a table, else a column of the file."""
    table, dot, column = name.partition(".")
    return (table, column) if dot and table in tables else ("", name)
