"""A row of the brief moved up or down, in what was sent."""

import re
from dataclasses import dataclass

from django.http import QueryDict

from base.format import number
from base.words import mark, say
from desk.forms.brief import numbers
from desk.forms.brief_rows import Line, Priority

MOVED = {form.kind: form for form in (Line, Priority)}
WORDS = {
    ("lines", "up"): mark("Line moved up: now {place} of {all}."),
    ("lines", "down"): mark("Line moved down: now {place} of {all}."),
    ("lines", "to"): mark("Line moved: now {place} of {all}."),
    ("priorities", "up"): mark("Priority moved up: now {place} of {all}."),
    ("priorities", "down"): mark("Priority moved down: now {place} of {all}."),
}
NOWHERE = mark("Choose a line, and type a place from 1 to {all}.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is now: `number` of `all`, from 0; None: nowhere else, for what was typed is no place.
    `way`: up, down or to."""

    kind: str
    number: int | None
    all: int
    way: str

    @property
    def words(self) -> str:
        if self.number is None:
            return say(NOWHERE, all=number(self.all))
        return say(WORDS[self.kind, self.way], place=number(self.number + 1), all=number(self.all))

    @property
    def focus(self) -> str:
        return "move-line" if self.way == "to" else f"{self.kind}-{self.number}-{self.way}"


def moved(typed: QueryDict, move: str) -> tuple[QueryDict, Place | None]:
    """`move`: "lines-2-up"; or "lines-to", for the line and the place that were typed. What was sent, with
    that row there; rows that say nothing are passed over. As it was where there is no such row or place."""
    if move == "lines-to":
        return moved_to(typed)
    asked = re.fullmatch(rf"({'|'.join(MOVED)})-(\d{{1,4}})-(up|down)", move)
    if not asked:
        return typed, None
    kind, row, way = asked[1], int(asked[2]), asked[3]
    rows = said_rows(typed, kind)
    if row not in rows:
        return typed, None
    place = rows.index(row)
    other = place + (1 if way == "down" else -1)
    if not 0 <= other < len(rows):
        return typed, Place(kind, place, len(rows), way)
    return put(typed, kind, rows, place, other), Place(kind, other, len(rows), way)


def moved_to(typed: QueryDict) -> tuple[QueryDict, Place]:
    """The line `move-line`, by its row, at the place `move-to`, counted from 1."""
    rows = said_rows(typed, "lines")
    row, to = whole(typed.get("move-line", "").removeprefix("lines-")), whole(typed.get("move-to", ""))
    if row not in rows or not 1 <= to <= len(rows):
        return typed, Place("lines", None, len(rows), "to")
    return put(typed, "lines", rows, rows.index(row), to - 1), Place("lines", to - 1, len(rows), "to")


def whole(text: str) -> int:
    """-1 for what is no number of a row or place."""
    return int(text) if re.fullmatch(r"\s*\d{1,4}\s*", text) else -1


def said_rows(typed: QueryDict, kind: str) -> list[int]:
    return [row for row in numbers(typed, kind) if says(typed, kind, row)]


def says(typed: QueryDict, kind: str, row: int) -> bool:
    return any(typed.get(f"{kind}-{row}-{name}", "").strip() for name in MOVED[kind].filled)


def put(typed: QueryDict, kind: str, rows: list[int], place: int, other: int) -> QueryDict:
    """The row at `place` stands at `other` then, and those between make room."""
    order = rows.copy()
    order.insert(other, order.pop(place))
    after = typed.copy()
    for row, source in zip(rows, order, strict=True):
        for name in MOVED[kind].base_fields:
            after.pop(f"{kind}-{row}-{name}", None)
            if (said := typed.get(f"{kind}-{source}-{name}")) is not None:
                after[f"{kind}-{row}-{name}"] = said
    return after
