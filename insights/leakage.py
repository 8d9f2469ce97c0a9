"""What a signature gave away of what had been agreed inside; docs/insights.md says why so. Pure.

Target, walk-away and limit are priced for what was signed: its lines, quantities, list prices and contract
length, at the discounts and free months of each end. More or fewer seats, another mix or a shorter contract
is no leakage; a deeper discount is.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from deals.economics import list_and_net
from deals.terms import Ask, Line, Terms

HUNDRED = Decimal(100)
NOTHING = Decimal(0)
DIGITS = 60  # a discount that is divided here stays exact until it is rounded to the cent


@dataclass(frozen=True, slots=True)
class Leakage:
    """Net over the whole term, in the deal's currency, all for what was signed. `limit`: the furthest terms
    the mandate allowed. `as_asked`: lines, quantities, list prices and contract length are the ask's."""

    list: Decimal
    signed: Decimal
    target: Decimal
    walk_away: Decimal
    limit: Decimal
    inside: bool
    as_asked: bool

    @property
    def given(self) -> Decimal:
        """Target less signed; negative when it was signed above target."""
        return self.target - self.signed

    @property
    def room(self) -> Decimal:
        """Target less limit: how much the mandate let it give away."""
        return max(self.target - self.limit, NOTHING)

    @property
    def past(self) -> Decimal:
        """How far under the limit; nothing for what the check of the mandate found inside."""
        return NOTHING if self.inside else max(self.limit - self.signed, NOTHING)

    @property
    def points(self) -> Decimal:
        """Given away in points of discount; 0 where list is 0."""
        return self.given * HUNDRED / self.list if self.list else NOTHING

    @property
    def used(self) -> Decimal | None:
        """Share of the room given away, in percent, over 100 past its end; None where there was no room."""
        return max(self.given, NOTHING) * HUNDRED / self.room if self.room else None


def compare(signed: Terms, ask: Ask, corner: Terms, *, inside: bool) -> Leakage | None:
    """What was signed against what was asked and granted. `corner`: the furthest terms of the mandate, as
    narrow as it was granted; `inside`: what its check answered. None when any of it has no price."""
    with localcontext(prec=DIGITS):
        own = list_and_net(signed)
        ends = [list_and_net(at_terms_of(end, signed)) for end in (ask.target, ask.walk_away, corner)]
        if own is None or None in ends:
            return None
        target, walk_away, limit = (both[1] for both in ends if both)
    return Leakage(own[0], own[1], target, walk_away, limit, inside, basket(signed) == basket(ask.target))


def at_terms_of(end: Terms, signed: Terms) -> Terms:
    """What was signed, as it would cost at the discounts and free months of `end`.

    A line that was not asked for is priced at the overall discount of the others.
    """
    asked = {(line.key, line.product): line for line in end.lines}
    overall = overall_discount(end)
    lines = (replace(line, discount=reference(line, asked, overall)) for line in signed.lines)
    months = {**signed.values, "free_months": end.values.get("free_months")}
    return replace(signed, lines=tuple(lines), values=months)


def reference(line: Line, asked: dict[tuple[str, str], Line], overall: Decimal) -> Decimal:
    """What `end` allows on this line. A higher volume tier is everyone's, so it is never given away."""
    old = asked.get((line.key, line.product))
    if old is None:
        return max(overall, line.tier)
    return max(old.discount, line.tier) if line.tier > old.tier else old.discount


def overall_discount(end: Terms) -> Decimal:
    """Of all lines together, free months left out; 0 where nothing can be divided."""
    both = list_and_net(replace(end, values={**end.values, "free_months": NOTHING}))
    return (both[0] - both[1]) * HUNDRED / both[0] if both and both[0] else NOTHING


def basket(terms: Terms) -> object:
    """What makes two sets of terms comparable amount by amount."""
    lines = sorted((line.key, line.product, line.quantity, line.list_price) for line in terms.lines)
    return lines, terms.values.get("term_months")
