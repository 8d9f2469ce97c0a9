"""Mistakes that only follow from another one are left out: a name that is not found, where a table that
would declare it is itself at fault."""

from collections.abc import Iterable, Iterator, Mapping

from guardrails.faults import Fault
from guardrails.ladder import DIMENSIONS

Table = Mapping[str, object]


def first_ones(faults: Iterable[Fault], document: Table) -> list[Fault]:
    """Without those that may be gone once the others are corrected."""
    found, torn = list(faults), set(torn_in(document))
    nowhere = {fault.path[:2] for fault in found if fault.of == "function" and fault.path[-1] == "function"}
    return [
        fault
        for fault in found
        if not (fault.of in torn or (fault.of.startswith("level ") and "level" in torn))
        and not (fault.of == "function" and fault.path[-1] != "function" and fault.path[:2] in nowhere)
    ]


def torn_in(document: Table) -> Iterator[str]:
    """The kinds of names of which a table does not say its own: "function", "level finance", "ladder"…"""
    for one in tables(document, "function"):
        if not isinstance(one.get("key"), str):
            yield "function"
    for one in tables(document, "level"):
        function = one.get("function")
        if not isinstance(function, str):
            yield "level"
        elif not (isinstance(one.get("name"), str) and isinstance(one.get("rank"), int)):
            yield f"level {function}"
    if any(not isinstance(one.get("key"), str) for one in tables(document, "ladder")):
        yield "ladder"
    scope = document.get("scope")
    if not isinstance(scope, dict) or any(not isinstance(scope.get(name), list) for name in DIMENSIONS):
        yield "scope"


def tables(document: Table, name: str) -> Iterator[Table]:
    found = document.get(name)
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield one
