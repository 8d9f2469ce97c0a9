"""Who acts for whom while people are away. Pure.

An absence holds from its first instant up to its last, which is the first one back. Whoever stands in and is
away too is stood in for by their own delegate, and so on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

DEPTH = 5  # delegates after one another; further nobody remembers whose word it is
NONE: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class Away:
    """People by id. `delegate` None: nobody stands in. `function` "": for all that is asked of them."""

    user: int
    starts: datetime
    ends: datetime
    delegate: int | None = None
    function: str = ""

    def holds(self, function: str, at: datetime) -> bool:
        return self.starts <= at < self.ends and self.function in ("", function)


def absence_of(absences: Iterable[Away], user: int, function: str, at: datetime) -> Away | None:
    """The absence that counts: one that names a delegate before one that does not, one for the function
    before one for all, and of two alike the later in `absences`. None while `user` is there."""
    found = [one for one in absences if one.user == user and one.holds(function, at)]
    ranked = sorted(found, key=lambda one: (one.delegate is not None, one.function != ""))
    return ranked[-1] if ranked else None


def chain(absences: Collection[Away], user: int, function: str, at: datetime) -> tuple[int, ...]:
    """The delegates after one another, as far as each is away too: each once, `DEPTH` at most, never `user`.
    Empty while `user` is there, and where nobody was named."""
    links: list[int] = []
    absence = absence_of(absences, user, function, at)
    while absence and absence.delegate and len(links) < DEPTH:
        if absence.delegate in (user, *links):
            break
        links.append(absence.delegate)
        absence = absence_of(absences, absence.delegate, function, at)
    return tuple(links)


def stand_in(
    absences: Collection[Away], user: int, function: str, at: datetime, out: Collection[int] = ()
) -> int | None:
    """Who answers what is asked of `user`: they themselves while they are there, else the last of the chain.

    None when that one is away too, or any link may not decide (`out`): whoever acts, acts for all before."""
    links = chain(absences, user, function, at)
    last = links[-1] if links else user
    if absence_of(absences, last, function, at) or any(link in out for link in links):
        return None
    return last


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, when, and of whom never: `out` may not decide at all, `busy` have answered already.
    `so_far`: who acts for whom as it stands."""

    function: str
    at: datetime
    out: Collection[int] = ()
    busy: Collection[int] = ()
    so_far: Mapping[int, int] = field(default_factory=lambda: NONE)


def stand_ins(absences: Collection[Away], people: Sequence[int], asking: Asking) -> dict[int, int]:
    """Who acts for each of `people`, who are asked the same. Nobody acts for two: whoever is there for
    themselves acts for nobody else, and of two who would share one the first has them, or who had them so
    far. Left out: those for whom nobody is left."""
    found = {
        user: actor
        for user in people
        if (actor := stand_in(absences, user, asking.function, asking.at, asking.out)) is not None
    }
    acts = {user: user for user in people if found.get(user) == user}
    order = sorted(
        (user for user in found if user not in acts), key=lambda user: asking.so_far.get(user) != found[user]
    )
    for user in order:
        if found[user] not in asking.busy and found[user] not in acts.values():
            acts[user] = found[user]
    return acts


def reached_by(absences: Iterable[Away], user: int) -> frozenset[int]:
    """`user`, and everyone whose work may come to them, however many delegates lie between."""
    rows = [one for one in absences if one.delegate]
    found = {user}
    while more := {one.user for one in rows if one.delegate in found} - found:
        found |= more
    return frozenset(found)
