"""Whether the people of a step have agreed, from the seats they filled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Standing = Literal["open", "after", "agreed", "declined"]


@dataclass(frozen=True, slots=True)
class Place:
    """One seat. `agreed`: None while it is not filled. `added`: by a signer, so it must agree besides the
    pool. `turn` 2: asked when those of turn 1 have agreed."""

    agreed: bool | None
    added: bool = False
    turn: int = 1


def standing(places: Sequence[Place], needed: int) -> Standing:
    """What the seats filled so far come to, when `needed` of the pool must agree.

    Declined as soon as so many can no longer agree, or one who was added says no; "after" when only those of
    turn 2 are still to be asked.
    """
    pool = [place.agreed for place in places if not place.added]
    added = [place for place in places if place.added]
    if pool.count(True) + pool.count(None) < needed or any(place.agreed is False for place in added):
        return "declined"
    waiting = [place.turn for place in added if place.agreed is None]
    if pool.count(True) < needed or 1 in waiting:
        return "open"
    return "after" if waiting else "agreed"
