"""A mapping made ready for one file: each field a function of a row's cells. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from base.format import NOTHING
from base.words import mark, say
from deals.importing.fields import PLACE, Field, Mapped, Table, place_of
from deals.importing.reading import Layout, Unreadable, blank, layout_of, open_text, records
from guardrails.faults import Fault
from guardrails.faults import Path as FaultPath

Row = Sequence[str]

UNCLEAR = {  # whether it is a further table, and what stands there of the column
    (False, "often"): mark("the file has the column “{column}” {times} times"),
    (False, "other"): mark("the file has no column “{column}”, only {found}"),
    (False, "none"): mark("the file has no column “{column}”, only none at all"),
    (True, "often"): mark("table {table} has the column “{column}” {times} times"),
    (True, "other"): mark("table {table} has no column “{column}”, only {found}"),
    (True, "none"): mark("table {table} has no column “{column}”, only none at all"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a field is for one row; `text` None: not known. `column` and `raw`: what a refusal names.

    `origin`: the file's own words, words of the mapping, or its stand-in for what is not known.
    """

    text: str | None
    column: str
    raw: str
    origin: Literal["file", "mapping", "stand-in"] = "file"


class Misfit(ValueError):
    """The mapping reads columns that are not there. `faults` has all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.reason for fault in self.faults))


class Wrong(ValueError):
    """A row cannot be used. The text is the reason."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value


Getter = Callable[[Row], Found]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A further table in memory: value of its key → the cells of the columns that are read, by `places`."""

    name: str
    places: Mapping[str, int]
    rows: Mapping[str, tuple[str, ...]]
    find: Getter

    def row(self, cells: Row) -> tuple[tuple[str, ...] | None, Found]:
        """The row that this row of the file points to, None when it points nowhere. Raises Wrong."""
        found = self.find(cells)
        if found.text is None:
            return None, found
        row = self.rows.get(found.text)
        if row is None:
            raise Wrong(found.column, found.raw, say("is not in the table {table}", table=self.name))
        return row, found


@dataclass(frozen=True, slots=True)
class Desk:
    """What fields are looked up in: columns of the file, tables, words that mean "not known"."""

    places: Mapping[str, int]
    tables: Mapping[str, Loaded]
    blank: frozenset[str]

    def getter(self, field: Field) -> Getter:
        """The field as a function of a row. Raises ValueError for a column that is not there."""
        if field.value is not None:
            fixed = Found(field.value, "", field.value, "mapping")
            return lambda cells: fixed
        found = self.text(field) if field.text else self.cell(field.table, field.column)
        return finished(found, field)

    def cell(self, table: str, column: str) -> Getter:
        """A cell of the file, or of the row of a table that it points to."""
        unknown = self.blank
        if not table:
            place = self.places[column]

            def own(cells: Row) -> Found:
                raw = cells[place].strip()
                return Found(None if raw in unknown else raw, column, raw)

            return own
        loaded = self.tables[table]
        inner = loaded.places[column]

        def looked_up(cells: Row) -> Found:
            row, by = loaded.row(cells)
            raw = row[inner] if row else ""
            text = None if row is None or raw in unknown else raw
            return Found(text, f"{table}.{column}" if row else by.column, raw if row else by.raw)

        return looked_up

    def text(self, field: Field) -> Getter:
        """Words around cells; unknown when every one of these is."""
        words, names = PLACE.split(field.text)[::2], PLACE.findall(field.text)
        parts = [self.cell(*place_of(name, self.tables)) for name in names]

        def filled(cells: Row) -> Found:
            found = [part(cells) for part in parts]
            texts = [NOTHING if each.text is None else each.text for each in found]
            text = "".join(word + said for word, said in zip(words, [*texts, ""], strict=True))
            known = not found or any(each.text is not None for each in found)
            return Found(text if known else None, ", ".join(each.column for each in found), text)

        return filled


def finished(inner: Getter, field: Field) -> Getter:
    """With the mapping's other words for what is there, and its stand-in for what is not."""
    aliases, stand_in = field.aliases, field.blank
    if not aliases and stand_in is None:
        return inner

    def get(cells: Row) -> Found:
        found = inner(cells)
        if found.text is None:
            return found if stand_in is None else replace(found, text=stand_in, origin="stand-in")
        alias = aliases.get(found.text)
        return found if alias is None else replace(found, text=alias, origin="mapping")

    return get


def tables_of(mapped: Mapped, desk: Desk, paths: Mapping[str, Path]) -> dict[str, Loaded]:
    """Every table, those first that others are found through. Raises Unreadable, the table named."""
    loaded: dict[str, Loaded] = {}
    waiting = list(mapped.tables.values())
    while waiting:
        table = next(each for each in waiting if needs(each.find, mapped) <= loaded.keys())
        waiting.remove(table)
        find = replace(desk, tables=loaded).getter(table.find)
        try:
            loaded[table.name] = load(table, mapped, paths[table.name], find)
        except Unreadable as error:
            raise Unreadable(say("Table {table}: {error}", table=table.name, error=error)) from error
    return loaded


def needs(field: Field, mapped: Mapped) -> set[str]:
    return {table for table, _ in field.columns(mapped.tables) if table}


def load(table: Table, mapped: Mapped, path: Path, find: Getter) -> Loaded:
    wanted = mapped.read(table.name)
    layout = layout_of(path, table.format, wanted)
    places = places_of(layout, wanted, table.name)
    kept, key = list(places.values()), places[table.key]
    rows: dict[str, tuple[str, ...]] = {}
    with open_text(path, layout.encoding) as stream:
        for number, cells in enumerate(records(stream, layout), start=1):
            if number < layout.first or blank(cells):
                continue
            if len(cells) <= max(kept):
                raise Unreadable(
                    say("row {number} has {count} cells, too few.", number=number, count=len(cells))
                )
            row = tuple(cells[place].strip() for place in kept)
            if rows.setdefault(cells[key].strip(), row) != row:
                raise Unreadable(
                    say(
                        "“{key}” is there twice, with other cells in row {number}.",
                        key=cells[key].strip(),
                        number=number,
                    )
                )
    return Loaded(table.name, {column: place for place, column in enumerate(wanted)}, rows, find)


def places_of(layout: Layout, wanted: Mapping[str, FaultPath], table: str = "") -> dict[str, int]:
    """Where each wanted column stands. Raises Misfit when one is missing or there twice."""
    faults = []
    for column, where in wanted.items():
        there = layout.columns.count(column)
        if there != 1:
            faults.append(Fault(where, unclear(column, there, layout, table)))
    if faults:
        raise Misfit(faults)
    return {column: layout.columns.index(column) for column in wanted}


def unclear(column: str, there: int, layout: Layout, table: str) -> str:
    found = ", ".join(f"“{each}”" for each in layout.columns)
    why = "often" if there else "other" if found else "none"
    return say(UNCLEAR[bool(table), why], table=table, column=column, times=there, found=found)
