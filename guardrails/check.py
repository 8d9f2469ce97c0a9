"""What the parts of a policy owe each other: words, levels and ladders that they name must be there."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from base.words import say
from guardrails.beyond import ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.faults import Fault, Path, name_faults, number_faults, repeated
from guardrails.ladder import DIMENSIONS, Ladder, Rung, Scope
from guardrails.level import FunctionRule, Level
from guardrails.pool import Specialist, count_faults

CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Book:
    """What may be named: words by dimension, levels by function, ladders by key (None: there, at fault)."""

    words: Mapping[str, Sequence[str]]
    ranks: Mapping[str, Collection[int]]
    ladders: Mapping[str, Ladder | None]


class Parts(Protocol):
    """A policy, whole or still being read; None stands for a part that is at fault itself."""

    @property
    def number(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def library(self) -> int: ...
    @property
    def valid_days(self) -> int: ...
    @property
    def functions(self) -> Sequence[FunctionRule | None]: ...
    @property
    def levels(self) -> Sequence[Level | None]: ...
    @property
    def ladders(self) -> Sequence[Ladder | None]: ...
    @property
    def clauses(self) -> Sequence[Clause | None]: ...
    @property
    def specialists(self) -> Sequence[Specialist | None]: ...
    @property
    def exceptions(self) -> Sequence[ExceptionRule | None]: ...


def policy_faults(parts: Parts, book: Book) -> Iterator[Fault]:
    """Everything that is wrong between sound parts. Paths are those of the TOML text."""
    yield from _head_faults(parts)
    yield from _word_faults(book.words)
    yield from _order_faults(parts.levels, book)
    keyed: tuple[tuple[str, Sequence[FunctionRule | Ladder | Clause | None]], ...] = (
        ("function", parts.functions),
        ("ladder", parts.ladders),
        ("clause", parts.clauses),
    )
    for name, found in keyed:
        there = [(each.key, (name, place, "key")) for place, each in enumerate(found) if each]
        yield from repeated([key for key, _ in there], name, [path for _, path in there])
    for place, ladder in enumerate(parts.ladders):
        if ladder:
            yield from _under(("ladder", place), _ladder_faults(ladder, book))
    for place, clause in enumerate(parts.clauses):
        if clause:
            yield from _under(("clause", place), _clause_faults(clause, book))
    for place, specialist in enumerate(parts.specialists):
        if specialist:
            faults = _specialist_faults(specialist, parts.levels, book)
            yield from _under(("specialist", place), faults)
    yield from _setter_faults(parts.clauses)
    yield from _exception_faults(parts, book)


def function_faults(function: str, book: Book) -> Iterator[Fault]:
    """The function is declared and has somebody who may decide."""
    if function not in book.ranks:
        yield Fault(("function",), say("there is no function “{function}”", function=function), "function")
    elif not book.ranks[function]:
        yield Fault(("function",), say("{function} has no level, so nobody could decide", function=function))


def scope_faults(scope: Scope, book: Book) -> Iterator[Fault]:
    """Each word of the scope is in the vocabulary."""
    for name, what in DIMENSIONS.items():
        for place, word in enumerate(getattr(scope, name)):
            if word not in book.words[name]:
                reason = say("“{word}” is no {what} of this policy", word=word, what=say(what))
                yield Fault((name, place), reason, "scope")


def replaces_faults(replaces: str | None, book: Book) -> Iterator[Fault]:
    """The ladder that is to be set aside is there."""
    if replaces is not None and replaces not in book.ladders:
        reason = say("there is no ladder “{replaces}” to stand in for", replaces=replaces)
        yield Fault(("replaces",), reason, "ladder")


def _under(path: Path, faults: Iterator[Fault]) -> Iterator[Fault]:
    for fault in faults:
        yield Fault((*path, *fault.path), fault.reason, fault.of)


def _head_faults(parts: Parts) -> Iterator[Fault]:
    for name in ("number", "library", "valid_days"):
        yield from number_faults(Decimal(getattr(parts, name)), (name,), least=1)
    if not CURRENCY.fullmatch(parts.currency):
        yield Fault(
            ("currency",), say("“{currency}” is no currency code of three letters", currency=parts.currency)
        )


def _word_faults(words: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    for name, what in DIMENSIONS.items():
        paths: list[Path] = [("scope", name, place) for place in range(len(words[name]))]
        for word, path in zip(words[name], paths, strict=True):
            yield from name_faults(word, path)
        yield from repeated(words[name], what, paths)


def _order_faults(levels: Sequence[Level | None], book: Book) -> Iterator[Fault]:
    seen: set[tuple[str, str | int]] = set()
    for place, level in enumerate(levels):
        if level is None:
            continue
        path = ("level", place)
        if level.function not in book.ranks:
            reason = say("there is no function “{function}”", function=level.function)
            yield Fault((*path, "function"), reason, "function")
        elif level.rank > 1 and level.rank - 1 not in book.ranks[level.function]:
            reason = say(
                "{function} has level {rank} but no level {missing}",
                function=level.function,
                rank=level.rank,
                missing=level.rank - 1,
            )
            yield Fault((*path, "rank"), reason)
        for field, value in (("rank", level.rank), ("name", level.name)):
            if (level.function, value) in seen:
                yield Fault(
                    (*path, field),
                    say("{function} has “{value}” twice", function=level.function, value=value),
                )
            seen.add((level.function, value))


def _ladder_faults(ladder: Ladder, book: Book) -> Iterator[Fault]:
    yield from function_faults(ladder.function, book)
    for place, rung in enumerate(ladder.rungs):
        yield from _level_faults(ladder.function, rung.level, book, ("rungs", place, "level"))
    yield from _level_faults(ladder.function, ladder.unknown, book, ("unknown",))
    yield from scope_faults(ladder.scope, book)
    yield from replaces_faults(ladder.replaces, book)
    yield from _match_faults(ladder, book)


def _level_faults(function: str, level: int | None, book: Book, path: Path) -> Iterator[Fault]:
    if book.ranks.get(function) and level and level not in book.ranks[function]:
        yield Fault(path, say("{function} has no level {level}", function=function, level=level))


def _clause_faults(clause: Clause, book: Book) -> Iterator[Fault]:
    yield from function_faults(clause.function, book)
    for place, position in enumerate(clause.positions):
        yield from _level_faults(clause.function, position.level, book, ("position", place, "level"))


def _specialist_faults(specialist: Specialist, levels: Sequence[Level | None], book: Book) -> Iterator[Fault]:
    """The level is there, and those who stand in can be as many as it needs."""
    yield from function_faults(specialist.function, book)
    yield from _level_faults(specialist.function, specialist.level, book, ("level",))
    yield from scope_faults(specialist.scope, book)
    for level in levels:
        if level and (level.function, level.rank) == (specialist.function, specialist.level):
            yield from count_faults(level.pool.quorum, specialist.people, ("people",))


def _exception_faults(parts: Parts, book: Book) -> Iterator[Fault]:
    """Who grants is there; each guardrail is, has a never, and one rule; one rule is for all others."""
    never = {each.limit_key: _says_never(each.positions) for each in parts.clauses if each}
    never |= {key: ladder is None or _says_never(ladder.rungs) for key, ladder in book.ladders.items()}
    seen: set[str] = set()
    for place, rule in enumerate(parts.exceptions):
        path: Path = ("exception", place)
        if rule is None:
            continue
        yield from _under(path, function_faults(rule.function, book))
        yield from _level_faults(rule.function, rule.level, book, (*path, "level"))
        if not rule.guardrails and "" in seen:
            yield Fault(path, say("two tables without `guardrails`: which one is for all others?"))
        for spot, key in enumerate(rule.guardrails):
            if not never.get(key):
                why = (
                    say("“{key}” never says never", key=key)
                    if key in never
                    else say("“{key}” is no ladder and no clause:… of this policy", key=key)
                )
                yield Fault((*path, "guardrails", spot), why)
            elif key in seen:
                yield Fault(
                    (*path, "guardrails", spot), say("another exception names “{key}” already", key=key)
                )
        seen |= set(rule.guardrails) or {""}


def _says_never(parts: Sequence[Rung | Position]) -> bool:
    return any(part.level is None for part in parts)


def _setter_faults(clauses: Sequence[Clause | None]) -> Iterator[Fault]:
    """A metric is set by one clause only."""
    owner: dict[str, str] = {}
    sets = (
        (metric, clause.key, ("clause", place, "position", step, "sets", metric))
        for place, clause in enumerate(clauses)
        for step, position in enumerate(clause.positions if clause else ())
        for metric in position.sets
        if clause
    )
    for metric, clause_key, path in sets:
        if owner.setdefault(metric, clause_key) != clause_key:
            yield Fault(
                path, say("{metric} is already set by clause “{owner}”", metric=metric, owner=owner[metric])
            )


def _match_faults(ladder: Ladder, book: Book) -> Iterator[Fault]:
    other = book.ladders.get(ladder.replaces or "")
    if other is None:
        return
    if other.metric != ladder.metric:
        reason = say(
            "“{other}” judges {metric}, not {wanted}: it cannot be replaced",
            other=other.key,
            metric=other.metric.said,
            wanted=ladder.metric.said,
        )
        yield Fault(("replaces",), reason)
    if other.function != ladder.function:
        yield Fault(
            ("replaces",),
            say(
                "“{other}” is a ladder of {function}, not of {wanted}",
                other=other.key,
                function=other.function,
                wanted=ladder.function,
            ),
        )
    if not other.scope.holds(ladder.scope):
        reason = say(
            "the scope of “{other}” ({scope}) does not contain this one ({narrower})",
            other=other.key,
            scope=other.scope,
            narrower=ladder.scope,
        )
        yield Fault(("replaces",), reason)
    if _in_circle(ladder, book):
        yield Fault(("replaces",), say("“{ladder}” stands in for itself in a circle", ladder=ladder.key))


def _in_circle(ladder: Ladder, book: Book) -> bool:
    seen: set[str] = set()
    at: Ladder | None = ladder
    while at is not None and at.key not in seen:
        seen.add(at.key)
        at = book.ladders.get(at.replaces or "")
    return at is not None and at.key == ladder.key
