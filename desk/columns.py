"""The columns of the queue: which there are for a reader, which are shown, and how their heads sort."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import F
from django.db.models.functions import Lower

from base.words import mark, say
from guardrails.policy import FunctionRule

Direction = Literal["ascending", "descending"]
# key: what it is called; the functions are one choice and a column each
COLUMNS: Mapping[str, str] = {
    "value": mark("Value, at risk"),
    "margin": mark("Margin range"),
    "functions": mark("Functions"),
    "due": mark("Answer due"),
    "signals": mark("Signals"),
    "age": mark("Asked"),
    "segment": mark("Segment, region"),
}
USUAL = ("value", "margin", "functions", "due", "signals")
GROUPED = ""  # by when they break
# the first click on a head sorts so
FIRST: Mapping[str, Direction] = {
    "deal": "ascending",
    "value": "descending",
    "margin": "ascending",
    "due": "ascending",
    "age": "ascending",
}
SORT_WORDS = {
    "deal": mark("Deal"),
    "value": mark("Value"),
    "margin": mark("Margin at the walk-away"),
    "due": mark("Answer due"),
    "age": mark("When it was asked"),
}
SORTED: Mapping[str, Any] = {
    "deal": Lower("deal__account__name"),
    "value": F("value"),
    "margin": F("revision__margin_walk_away"),
    "due": F("due"),
    "age": F("submitted_at"),
}
OTHER: Mapping[Direction, Direction] = {"ascending": "descending", "descending": "ascending"}


@dataclass(frozen=True, slots=True)
class Head:
    """`address`: where a click on it leads; empty where it does not sort. `sorted`: how it sorts now."""

    key: str
    name: str
    address: str = ""
    sorted: Direction | Literal[""] = ""


def may_show(with_margin: bool) -> tuple[str, ...]:
    """The columns there are for a reader who sees margins, or does not."""
    return tuple(key for key in COLUMNS if with_margin or key != "margin")


def sorts(with_margin: bool) -> tuple[tuple[str, str], ...]:
    """As choices: a minus in front turns the direction of the first click round."""
    keys = [key for key in FIRST if with_margin or key != "margin"]
    words = [(key, say(SORT_WORDS[key.removeprefix("-")])) for key in both_ways(keys)]
    return ((GROUPED, say("When they break")), *words)


def both_ways(keys: Sequence[str]) -> list[str]:
    return [f"{sign}{key}" for key in keys for sign in ("", "-")]


def direction(sort: str) -> Direction:
    first = FIRST[sort.removeprefix("-")]
    return OTHER[first] if sort.startswith("-") else first


def order_of(sort: str) -> tuple[Any, ...]:
    """Unknown values last, whichever way; the same value in the order in which they were asked."""
    by = SORTED[sort.removeprefix("-")]
    down = direction(sort) == "descending"
    return (by.desc(nulls_last=True) if down else by.asc(nulls_last=True), "pk")


def turned(sort: str, key: str) -> str:
    """What a click on the head `key` asks for, while `sort` is in force."""
    return f"-{key}" if sort == key else key


def heads_of(
    columns: Sequence[str], functions: Sequence[FunctionRule], sort: str, address: Callable[[str], str]
) -> tuple[Head, ...]:
    """In the order in which they stand. `address`: of the same page with another sort; "" for none."""
    heads = [head("deal", say(SORT_WORDS["deal"]), sort, address)]
    for key in columns:
        if key == "functions":
            heads += [Head("function", rule.name) for rule in functions]
        else:
            heads.append(head(key, say(COLUMNS[key]), sort, address))
    return tuple(heads)


def head(key: str, name: str, sort: str, address: Callable[[str], str]) -> Head:
    if key not in FIRST:
        return Head(key, name)
    now = direction(sort) if sort.removeprefix("-") == key else ""
    return Head(key, name, address(turned(sort, key)), now)
