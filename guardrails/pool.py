"""Who is asked at a level, how many of them must agree, and how the work is given out."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from base.lists import listed
from base.words import mark, say
from guardrails.faults import Fault, refuse, repeated
from guardrails.ladder import Scope
from guardrails.measured import Frame

Quorum = Literal["any one", "everyone"] | int
Assign = Literal["claim", "least loaded"]
QUORUMS = ("any one", "everyone")
ASSIGNS: tuple[Assign, ...] = ("claim", "least loaded")
ADDRESS = re.compile(r"[^\s@A-Z]+@[^\s@A-Z]+")
HIGHEST = 9  # managers up


@dataclass(frozen=True, slots=True)
class Pool:
    """The people of one level.

    `people`: named, by e-mail address. `manager`: so many levels up from the seller. With neither it is
    whoever has authority for function and level in the region. `quorum`: how many of them must agree.
    `assign`: where any one may answer, the work is open to all, or given to who has the least of it.
    """

    people: tuple[str, ...] = ()
    manager: int | None = None
    quorum: Quorum = "any one"
    assign: Assign = "claim"

    def __post_init__(self) -> None:
        refuse(_pool_faults(self))

    @property
    def by_authority(self) -> bool:
        return not self.people and self.manager is None

    def needed(self, members: int) -> int:
        """How many of so many members must agree; more than there are means that it cannot be asked."""
        if self.quorum == "any one":
            return 1
        return max(1, members) if self.quorum == "everyone" else int(self.quorum)

    @property
    def words(self) -> str:
        """ "2 of them must agree, of those named": what the policy page says; empty where all is as usual."""
        how = say("{count} of them must agree", count=self.quorum)
        if isinstance(self.quorum, str):
            how = say("everyone must agree") if self.quorum == "everyone" else ""
        given = say("given to who has the least open work") if self.assign == "least loaded" else ""
        return ", ".join(part for part in (_who(self), how, given) if part)


@dataclass(frozen=True, slots=True)
class Specialist:
    """These people stand in for the pool of one level on the deals in scope."""

    function: str
    level: int
    scope: Scope
    people: tuple[str, ...]

    def __post_init__(self) -> None:
        refuse(_specialist_faults(self))

    def covers(self, frame: Frame, families: Collection[str]) -> bool:
        """Whether a deal with this frame and these product families is in scope: one of them is enough."""
        sold = not self.scope.families or bool({*self.scope.families} & {*families})
        return sold and self.scope.contains(frame)


def _who(pool: Pool) -> str:
    if pool.people:
        return say("named people")
    if pool.manager is None:
        return ""
    if pool.manager == 1:
        return say("the seller's manager")
    return say("the seller's manager, {count} levels up", count=pool.manager)


def _pool_faults(pool: Pool) -> Iterator[Fault]:
    yield from _people_faults(pool.people)
    if pool.manager is not None:
        yield from _manager_faults(pool)
    if isinstance(pool.quorum, str) and pool.quorum not in QUORUMS:
        yield Fault(
            ("quorum",),
            say("the quorum is “any one”, “everyone” or a number, not “{quorum}”", quorum=pool.quorum),
        )
    elif isinstance(pool.quorum, int):
        yield from count_faults(pool.quorum, pool.people, ("quorum",))
    if pool.assign not in ASSIGNS:
        yield Fault(
            ("assign",),
            say(
                "work is given out by {choices}, not “{assign}”",
                choices=listed(ASSIGNS, "or"),
                assign=pool.assign,
            ),
        )
    elif pool.assign == "least loaded" and pool.quorum != "any one":
        yield Fault(
            ("assign",), say("each who must agree has a seat: only where any one may is there a choice")
        )


def _manager_faults(pool: Pool) -> Iterator[Fault]:
    if pool.people:
        yield Fault(("manager",), say("a pool is of named people or a manager, not both"))
    if pool.manager is not None and not 1 <= pool.manager <= HIGHEST:
        yield Fault(
            ("manager",),
            say(
                "a manager is 1 to {most} levels above the seller, not {manager}",
                most=HIGHEST,
                manager=pool.manager,
            ),
        )
    if pool.quorum != "any one":
        yield Fault(("quorum",), say("a manager is one person: nobody else could agree with them"))


def _specialist_faults(specialist: Specialist) -> Iterator[Fault]:
    yield from _people_faults(specialist.people)
    if not specialist.people:
        yield Fault(("people",), say("a specialist is somebody: name at least one person"))
    if not specialist.scope.narrowness:
        yield Fault(
            (), say("a specialist stands in on some deals: say on which, else name them in the level")
        )


def _people_faults(people: tuple[str, ...]) -> Iterator[Fault]:
    for place, address in enumerate(people):
        if not ADDRESS.fullmatch(address):
            yield Fault(
                ("people", place), say("“{address}” is no e-mail address in lower case", address=address)
            )
    yield from repeated(people, mark("person"), [("people", place) for place in range(len(people))])


def count_faults(quorum: Quorum, people: Collection[str], path: tuple[str | int, ...]) -> Iterator[Fault]:
    """A number of seats that those who are named can fill."""
    if isinstance(quorum, int) and quorum < 2:
        yield Fault(path, say("{quorum} must agree: write “any one”, or a number from 2", quorum=quorum))
    elif isinstance(quorum, int) and people and len(people) < quorum:
        yield Fault(
            path, say("{quorum} must agree and only {many} can be asked", quorum=quorum, many=len(people))
        )
