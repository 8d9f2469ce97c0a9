"""Who takes over a step that nobody answers: one after the other, as the policy says of its level. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from guardrails.escalation import Taker


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a step is. `passed`: how many of its takers are behind it. `rank`: the level that holds it.
    `holders`: whose it is now. `behind`: everyone who let it run out or has answered, the holders too."""

    passed: int
    rank: int
    holders: tuple[int, ...]
    behind: frozenset[int]


@dataclass(frozen=True, slots=True)
class Around:
    """`pools`: rank → who can be asked there. `managers`: person → theirs. `able`: those who can be asked."""

    pools: Mapping[int, tuple[int, ...]]
    managers: Mapping[int, int]
    able: Collection[int]


@dataclass(frozen=True, slots=True)
class Successor:
    """`people` take over at the level `rank`, `passed` takers being behind the step then. `manages`: as the
    managers of those who did not answer."""

    passed: int
    rank: int
    people: tuple[int, ...]
    manages: bool = False


def successors(takers: tuple[Taker, ...], at: Standing, around: Around) -> Iterator[Successor]:
    """Whoever could take over next, in order; when there is none, the desk has it. Each comes later on the
    path than `at`, and names nobody who is behind the step, so that every path ends."""
    for place, taker in enumerate(takers, start=1):
        if place <= at.passed:
            continue
        if taker == "next level" and (found := above(at, around)):
            yield Successor(place, *found)
        if taker == "manager" and (people := over(at, around)):
            yield Successor(place, at.rank, people, manages=True)


def above(at: Standing, around: Around) -> tuple[int, tuple[int, ...]] | None:
    """The lowest level above that has anybody who is not behind it, and those."""
    for rank in sorted(rank for rank in around.pools if rank > at.rank):
        if people := tuple(one for one in around.pools[rank] if one not in at.behind):
            return rank, people
    return None


def over(at: Standing, around: Around) -> tuple[int, ...]:
    """For each holder the first of the managers above who is able and not behind it, each named once."""
    found = (first_over(holder, at, around) for holder in at.holders)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def first_over(holder: int, at: Standing, around: Around) -> int | None:
    """A circle of managers ends where it began."""
    seen, manager = {holder}, around.managers.get(holder)
    while manager is not None and manager not in seen:
        if manager in around.able and manager not in at.behind:
            return manager
        seen.add(manager)
        manager = around.managers.get(manager)
    return None
