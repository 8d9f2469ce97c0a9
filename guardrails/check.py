"""What the parts of a policy owe each other: words, levels and ladders that they name must be there."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guardrails.clause import Clause
from guardrails.faults import Fault, Path, name_faults, repeated
from guardrails.ladder import DIMENSIONS, Ladder, Scope
from guardrails.level import Level


@dataclass(frozen=True, slots=True)
class Book:
    """What may be named: words by dimension, levels by function, ladders by key (None: there, at fault)."""

    words: Mapping[str, Collection[str]]
    ranks: Mapping[str, Collection[int]]
    ladders: Mapping[str, Ladder | None]


def under(path: Path, faults: Iterable[Fault]) -> Iterator[Fault]:
    """The same faults, seen from the policy."""
    for fault in faults:
        yield Fault((*path, *fault.path), fault.reason)


def word_faults(words: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """The vocabulary has no blank and no repeated word."""
    for name, what in DIMENSIONS.items():
        paths: list[Path] = [("scope", name, place) for place in range(len(words[name]))]
        for word, path in zip(words[name], paths, strict=True):
            yield from name_faults(word, path)
        yield from repeated(words[name], what, paths)


def order_faults(functions: Sequence[str], levels: Sequence[Level]) -> Iterator[Fault]:
    """Levels of a function are 1, 2, 3 without a gap, each with a name of its own."""
    known = {function: [each.rank for each in levels if each.function == function] for function in functions}
    seen: set[tuple[str, str | int]] = set()
    for place, level in enumerate(levels):
        path = ("level", place)
        if level.function not in known:
            yield Fault((*path, "function"), f"there is no function “{level.function}”")
            continue
        if level.rank > 1 and level.rank - 1 not in known[level.function]:
            yield Fault(
                (*path, "rank"), f"{level.function} has level {level.rank} but no level {level.rank - 1}"
            )
        for field, value in (("rank", level.rank), ("name", level.name)):
            if (level.function, value) in seen:
                yield Fault((*path, field), f"{level.function} has “{value}” twice")
            seen.add((level.function, value))


def key_faults(functions: Sequence[str], ladders: Sequence[str], clauses: Sequence[str]) -> Iterator[Fault]:
    """Each key stands for one thing."""
    for name, keys in (("function", functions), ("ladder", ladders), ("clause", clauses)):
        yield from repeated(keys, name, [(name, place, "key") for place in range(len(keys))])


def ladder_faults(ladder: Ladder, book: Book) -> Iterator[Fault]:
    """Everything this ladder names is there, and what it replaces is the same measure in a wider scope."""
    yield from function_faults(ladder.function, book)
    for place, rung in enumerate(ladder.rungs):
        yield from level_faults(ladder.function, rung.level, book, ("rungs", place, "level"))
    yield from level_faults(ladder.function, ladder.unknown, book, ("unknown",))
    yield from scope_faults(ladder.scope, book)
    yield from replaces_faults(ladder.replaces, book)
    yield from _match_faults(ladder, book)


def level_faults(function: str, level: int | None, book: Book, path: Path) -> Iterator[Fault]:
    """The function has this level. None and 0 need nobody."""
    if function in book.ranks and level and level not in book.ranks[function]:
        yield Fault(path, f"{function} has no level {level}")


def function_faults(function: str, book: Book) -> Iterator[Fault]:
    """The function is declared and has somebody who may decide."""
    if function not in book.ranks:
        yield Fault(("function",), f"there is no function “{function}”")
    elif not book.ranks[function]:
        yield Fault(("function",), f"{function} has no level, so nobody could decide")


def scope_faults(scope: Scope, book: Book) -> Iterator[Fault]:
    """Each word of the scope is in the vocabulary."""
    for name, what in DIMENSIONS.items():
        for place, word in enumerate(getattr(scope, name)):
            if word not in book.words[name]:
                yield Fault((name, place), f"“{word}” is no {what} of this policy")


def replaces_faults(replaces: str | None, book: Book) -> Iterator[Fault]:
    """The ladder that is to be set aside is there."""
    if replaces is not None and replaces not in book.ladders:
        yield Fault(("replaces",), f"there is no ladder “{replaces}” to stand in for")


def clause_faults(clause: Clause, book: Book) -> Iterator[Fault]:
    """Everything this clause names is there."""
    yield from function_faults(clause.function, book)
    for place, position in enumerate(clause.positions):
        yield from level_faults(clause.function, position.level, book, ("position", place, "level"))


def setter_faults(clauses: Sequence[Clause]) -> Iterator[Fault]:
    """A metric is set by one clause only. Paths begin at the policy."""
    owner: dict[str, str] = {}
    for place, clause in enumerate(clauses):
        for metric in sorted({key for position in clause.positions for key in position.sets}):
            if owner.setdefault(metric, clause.key) != clause.key:
                path = ("clause", place, "position")
                yield Fault(path, f"{metric} is already set by clause “{owner[metric]}”")


def _match_faults(ladder: Ladder, book: Book) -> Iterator[Fault]:
    other = book.ladders.get(ladder.replaces or "")
    if other is None:
        return
    if other.metric != ladder.metric:
        reason = f"“{other.key}” judges {other.metric.name}, not {ladder.metric.name}: it cannot be replaced"
        yield Fault(("replaces",), reason)
    if other.function != ladder.function:
        yield Fault(("replaces",), f"“{other.key}” is a ladder of {other.function}, not of {ladder.function}")
    if not other.scope.holds(ladder.scope):
        reason = f"the scope of “{other.key}” ({other.scope}) does not contain this one ({ladder.scope})"
        yield Fault(("replaces",), reason)
    if _in_circle(ladder, book):
        yield Fault(("replaces",), f"“{ladder.key}” stands in for itself in a circle")


def _in_circle(ladder: Ladder, book: Book) -> bool:
    seen: set[str] = set()
    at: Ladder | None = ladder
    while at is not None and at.key not in seen:
        seen.add(at.key)
        at = book.ladders.get(at.replaces or "")
    return at is not None and at.key == ladder.key
