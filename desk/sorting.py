"""Lists that are sorted once they have been read, by the heads of their columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from base.words import say
from desk.columns import OTHER, Direction, Head, both_ways, turned


@dataclass(frozen=True, slots=True)
class By:
    """One way to sort. `first`: what the first click on the head does. `value`: of a row, None where it is
    not known."""

    word: str
    first: Direction
    value: Callable[[Any], Any]


Row = TypeVar("Row")
Ways = Mapping[str, By]


def choices_of(ways: Ways) -> list[tuple[str, str]]:
    """For a form: a minus in front turns the direction of the first click round."""
    return [("", ""), *((key, say(ways[key.removeprefix("-")].word)) for key in both_ways([*ways]))]


def direction(sort: str, ways: Ways) -> Direction:
    first = ways[sort.removeprefix("-")].first
    return OTHER[first] if sort.startswith("-") else first


def in_order(rows: Iterable[Row], sort: str, ways: Ways) -> tuple[Row, ...]:
    """Unknown values last, whichever way; equal ones, and all for a way there is not, as they came."""
    every = tuple(rows)
    by = ways.get(sort.removeprefix("-"))
    if by is None:
        return every
    known = [row for row in every if by.value(row) is not None]
    known.sort(key=by.value, reverse=direction(sort, ways) == "descending")
    return (*known, *(row for row in every if by.value(row) is None))


def heads_of(ways: Ways, sort: str, address: Callable[[str], str]) -> dict[str, Head]:
    """By key. `address`: of the same page with another sort."""
    now = sort.removeprefix("-")
    return {
        key: Head(key, say(by.word), address(turned(sort, key)), direction(sort, ways) if key == now else "")
        for key, by in ways.items()
    }
