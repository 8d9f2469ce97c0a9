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
    ("priorities", "up"): mark("Priority moved up: now {place} of {all}."),
    ("priorities", "down"): mark("Priority moved down: now {place} of {all}."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is now: `number` of `all`, from 0. `way`: up or down."""

    kind: str
    number: int
    all: int
    way: str

    @property
    def words(self) -> str:
        return say(WORDS[self.kind, self.way], place=number(self.number + 1), all=number(self.all))

    @property
    def focus(self) -> str:
        return f"{self.kind}-{self.number}-{self.way}"


def moved(typed: QueryDict, move: str) -> tuple[QueryDict, Place | None]:
    """`move`: "lines-2-up". What was sent, with that row and its neighbour exchanged; rows that say nothing
    are passed over. As it was where there is no such row, or no neighbour."""
    asked = re.fullmatch(rf"({'|'.join(MOVED)})-(\d{{1,4}})-(up|down)", move)
    if not asked:
        return typed, None
    kind, number, way = asked[1], int(asked[2]), asked[3]
    rows = [row for row in numbers(typed, kind) if says(typed, kind, row)]
    if number not in rows:
        return typed, None
    place = rows.index(number)
    other = place + (1 if way == "down" else -1)
    if not 0 <= other < len(rows):
        return typed, Place(kind, place, len(rows), way)
    return exchanged(typed, kind, number, rows[other]), Place(kind, other, len(rows), way)


def says(typed: QueryDict, kind: str, row: int) -> bool:
    return any(typed.get(f"{kind}-{row}-{name}", "").strip() for name in MOVED[kind].filled)


def exchanged(typed: QueryDict, kind: str, one: int, other: int) -> QueryDict:
    after = typed.copy()
    names = MOVED[kind].base_fields
    for row, source in ((one, other), (other, one)):
        for name in names:
            after.pop(f"{kind}-{row}-{name}", None)
            if (said := typed.get(f"{kind}-{source}-{name}")) is not None:
                after[f"{kind}-{row}-{name}"] = said
    return after
