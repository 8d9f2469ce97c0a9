"""The deals of teams, seller by seller, as who leads them reads them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from desk.moves import Move, in_turn
from people.models import User


@dataclass(frozen=True, slots=True)
class Part:
    """What one seller has on a page; `count` and `value` (at target, in the company's currency) are of all
    pages. Without a seller: a list that is not parted."""

    moves: tuple[Move, ...]
    seller: User | None = None
    count: int = 0
    value: Decimal = Decimal(0)


def by_seller(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Sellers by name; of each, what is to be done first on top."""
    return tuple(sorted(in_turn(moves), key=lambda each: (each.deal.owner.name, each.deal.owner_id)))


def parted(page: Iterable[Move], moves: Iterable[Move]) -> tuple[Part, ...]:
    """A page of `by_seller`, parted by seller."""
    every: dict[User, list[Move]] = defaultdict(list)
    for each in moves:
        every[each.deal.owner].append(each)
    return tuple(
        Part(tuple(those), seller, len(every[seller]), worth(every[seller]))
        for seller, those in groupby(page, key=lambda each: each.deal.owner)
    )


def worth(moves: Iterable[Move]) -> Decimal:
    return sum((each.value or Decimal(0) for each in moves), Decimal(0))
