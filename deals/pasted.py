"""A table copied from a spreadsheet, read as lines of a brief. Pure: nothing is looked up but the catalogue
that is handed in, and what cannot be read says so for its row."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz, process, utils

from base.errors import Invalid
from base.words import say
from deals.changes import LineChange
from deals.importing.cells import number
from deals.importing.fields import Numbers

MOST = 100  # lines of a brief
LONGEST = 100_000  # letters
NEAREST, LIKE_ENOUGH = 3, 60
COLUMNS = ("product", "quantity", "target", "walk_away")
HEADS = {
    "product": "product products item article description name produkt artikel bezeichnung",
    "quantity": "quantity qty units amount pieces menge anzahl stück stueck",
    "target": "target targetdiscount discount ziel zielrabatt rabatt",
    "walk_away": "walkaway walkawaydiscount limit maxdiscount maximum grenze maxrabatt höchstrabatt",
}
STYLES: Mapping[str, Numbers] = {"comma": Numbers(",", "."), "point": Numbers(".", ",")}
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
WHICH = {"comma": "1.200,50", "point": "1,200.50"}

Product = tuple[str, str]  # key, name


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row. `number`: its place in what was pasted, from 1. `key`: of the product; "" while nobody knows
    it, then `nearest` names those most like it. `fault`: what is wrong with it; `out`: it is left out."""

    number: int
    said: str
    key: str = ""
    quantity: Decimal | None = None
    target: Decimal = Decimal(0)
    walk_away: Decimal = Decimal(0)
    nearest: tuple[Product, ...] = ()
    fault: str = ""
    out: bool = False

    @property
    def change(self) -> LineChange:
        assert self.quantity is not None
        return LineChange(self.key, self.quantity, self.target, self.walk_away)


@dataclass(frozen=True, slots=True)
class Pasted:
    """`columns`: what each was taken for; `ignored`: heads of those that say nothing of a line. `style`: how
    numbers were read, "comma" or "point"; "" where nothing told."""

    rows: tuple[PastedRow, ...]
    headed: bool
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    style: str

    @property
    def wanted(self) -> tuple[PastedRow, ...]:
        return tuple(row for row in self.rows if not row.out)

    @property
    def faults(self) -> int:
        return sum(bool(row.fault) for row in self.wanted)

    @property
    def unknown(self) -> int:
        return sum(not row.key for row in self.wanted)


def read(
    text: str, catalogue: Sequence[Product], *, style: str = "", chosen: Mapping[int, str] | None = None
) -> Pasted:
    """What was pasted, row by row. `style`: how its numbers are written, else found out from all of them.
    `chosen`: number of a row → key of the product that is meant, "out" to leave it out.

    Raises Invalid where there is no table in it, or more rows than a brief takes."""
    table = cells_of(text)
    headed = is_head(table[0])
    columns = named(table[0]) if headed else list(COLUMNS[: len(table[0])])
    body = table[1:] if headed else table
    if not body:
        raise Invalid(say("There is only a row of headings. Copy the rows below it too."), field="table")
    if len(body) > MOST:
        raise Invalid(
            say("These are {count} rows; a brief takes at most {most} lines.", count=len(body), most=MOST),
            field="table",
        )
    style = style or style_of(body, columns)
    rows = [row_of(place, cells, columns, style) for place, cells in enumerate(body, start=1)]
    return Pasted(
        rows=tuple(meant(row, catalogue, chosen or {}) for row in rows),
        headed=headed,
        columns=tuple(columns),
        ignored=tuple(cell for cell, column in zip(table[0], columns, strict=False) if headed and not column),
        style=style,
    )


def cells_of(text: str) -> list[list[str]]:
    """Cells between tabs, as spreadsheets copy them, or between semicolons; blank rows are left out."""
    if len(text) > LONGEST:
        raise Invalid(
            say("That is more than {most} letters. Paste only the table.", most=LONGEST), field="table"
        )
    if "\t" not in text and ";" not in text:
        raise Invalid(
            say(
                "No table in it: between its columns there are neither tabs nor semicolons. Copy the cells "
                "from the spreadsheet, at least product and quantity."
            ),
            field="table",
        )
    lines, between = text.strip("\r\n").splitlines(), "\t" if "\t" in text else ";"
    try:
        every = list(csv.reader(lines, delimiter=between, strict=True))
    except csv.Error:
        every = [line.split(between) for line in lines]
    table = [[clean(cell) for cell in cells] for cells in every]
    found = [cells for cells in table if any(cells)]
    if not found:
        raise Invalid(say("Every cell of it is empty."), field="table")
    return found


def clean(cell: str) -> str:
    return " ".join(cell.split())


def is_head(cells: Sequence[str]) -> bool:
    """Whether the first row names columns: its product column, or two others."""
    found = [column for column in named(cells) if column]
    return "product" in found or len(found) > 1


def named(cells: Iterable[str]) -> list[str]:
    """What each heading stands for; nothing for one we do not know, or know already."""
    found: list[str] = []
    for cell in cells:
        word = re.sub(r"[\W_]+", "", cell.casefold())
        column = next((key for key, words in HEADS.items() if word in words.split()), "")
        found.append("" if column in found else column)
    return found


def style_of(body: Iterable[Sequence[str]], columns: Sequence[str]) -> str:
    """How numbers are written, where one of them can be read in one way only."""
    for cells in body:
        for column, cell in zip(columns, cells, strict=False):
            plain = re.sub(r"[\s%'\u2019]", "", cell)
            if column in COLUMNS[1:] and re.search(r"[.,]", plain) and not GROUPED.fullmatch(plain):
                read_by = [name for name, numbers in STYLES.items() if reads(plain, numbers)]
                if len(read_by) == 1:
                    return read_by[0]
    return ""


def reads(text: str, numbers: Numbers) -> bool:
    try:
        number(text, numbers)
    except ValueError:
        return False
    return True


def row_of(place: int, cells: Sequence[str], columns: Sequence[str], style: str) -> PastedRow:
    said = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
    row = PastedRow(place, said.get("product", ""))
    if not row.said:
        return replace(row, fault=say("No product in this row."))
    if "quantity" not in said:
        return replace(row, fault=say("Say how many."))
    try:
        values = {key: value_of(said[key], style) for key in COLUMNS[1:] if key in said}
    except ValueError as wrong:
        return replace(row, fault=str(wrong))
    target = values.get("target", Decimal(0))
    walk_away = values.get("walk_away", target)
    row = replace(row, quantity=values["quantity"], target=target, walk_away=walk_away)
    return replace(row, fault=next(mistakes(row), ""))


def value_of(cell: str, style: str) -> Decimal:
    """The number of a cell. Raises ValueError with a sentence."""
    plain = re.sub(r"[\s%'\u2019]", "", cell)
    if not style and GROUPED.fullmatch(plain):
        whole = plain.replace(",", "").replace(".", "")
        raise ValueError(
            say(
                "“{cell}” reads in two ways. Write {whole}, or choose how numbers are written.",
                cell=cell,
                whole=whole,
            )
        )
    try:
        return number(plain, STYLES[style or "point"])
    except ValueError:
        if style:
            words = say("“{cell}” is no number, written like {like}.", cell=cell, like=WHICH[style])
        else:
            words = say("“{cell}” is no number.", cell=cell)
        raise ValueError(words) from None


def mistakes(row: PastedRow) -> Iterator[str]:
    assert row.quantity is not None
    if row.quantity <= 0:
        yield say("The quantity must be more than 0.")
    if not all(-100 <= end <= 100 for end in (row.target, row.walk_away)):
        yield say("A discount lies between −100 % and 100 %.")
    if row.walk_away < row.target:
        yield say("The walk-away is safer than the target.")


def meant(row: PastedRow, catalogue: Sequence[Product], chosen: Mapping[int, str]) -> PastedRow:
    """With the product it stands for: by its name or key, else as `chosen`."""
    wish = chosen.get(row.number, "")
    if wish == "out":
        return replace(row, out=True, nearest=nearest(row.said, catalogue))
    said = row.said.casefold()
    known = {name.casefold(): key for key, name in catalogue} | {key.casefold(): key for key, _ in catalogue}
    if key := known.get(said):
        return replace(row, key=key)
    like = nearest(row.said, catalogue) if row.said else ()
    return replace(row, key=wish if wish in dict(catalogue) else "", nearest=like)


def nearest(said: str, catalogue: Sequence[Product]) -> tuple[Product, ...]:
    """Those whose names are most like it, the likest first."""
    names = [name for _, name in catalogue]
    found = process.extract(
        said,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=NEAREST,
        score_cutoff=LIKE_ENOUGH,
    )
    return tuple(catalogue[place] for _, _, place in found)


def lines_with(
    rows: Iterable[PastedRow], before: Sequence[LineChange], *, replaced: bool
) -> tuple[LineChange, ...]:
    """The lines of the brief with `rows` after them, or in their place; a product that was there keeps its
    line. Raises Invalid for more than a brief takes."""
    new = [row.change for row in rows]
    keys: dict[str, list[str]] = {}
    for line in before:
        keys.setdefault(line.product, []).append(line.key)
    if replaced:
        new = [replace(one, key=keys[one.product].pop(0)) if keys.get(one.product) else one for one in new]
    else:
        new = [*before, *new]
    if len(new) > MOST:
        raise Invalid(
            say("The brief would have {count} lines; it takes at most {most}.", count=len(new), most=MOST),
            field="table",
        )
    return tuple(new)
