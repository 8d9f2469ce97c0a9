"""What is asked: one set of terms, and the pair of ends (target and walk-away) that makes an ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from guardrails.beyond import Beyond
from guardrails.measured import Frame

# Terms a person types as a number. Each is a metric of the same key.
TYPED = (
    "payment_days",
    "invoices_per_year",
    "term_months",
    "free_months",
    "price_rise",
    "custom_days",
    "weeks_to_live",
)
# Of these, what it is when nobody asks for it.
NOT_ASKED = {"free_months": Decimal(0)}


@dataclass(frozen=True, slots=True)
class Line:
    """One product at one price. Percent is written 20.0, never 0.2; money is per unit, per year if recurring.

    `discount` is everything off the list price, the volume tier included.
    """

    key: str
    product: str
    name: str
    family: str
    per: str
    recurring: bool
    quantity: Decimal
    list_price: Decimal
    tier: Decimal
    cost: Decimal | None
    floor: Decimal | None
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """One end of an ask, an offer, or what was signed. `rate`: company currency for one of the deal's.

    `priced` False: a past deal of which nobody recorded the price. Its lines say what, not for how much.
    """

    frame: Frame
    rate: Decimal
    lines: tuple[Line, ...]
    values: Mapping[str, Decimal | None]
    clauses: Mapping[str, str | None] = field(default_factory=dict)
    partner_fee: Decimal = Decimal("0")
    priced: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Both ends: the same frame, rate, lines and quantities; only discounts, terms and positions differ."""

    target: Terms
    walk_away: Terms


@dataclass(frozen=True, slots=True)
class World:
    """What a measure needs to know of the rest of the world, pinned on the revision: list and net, in the
    company's currency, of the account's deals won in the twelve months before the ask. None: unknown.

    `beyond`: how far it may go past never: the account's exceptions in force then, and what was asked for."""

    won_list: Decimal | None = Decimal("0")
    won_net: Decimal | None = Decimal("0")
    beyond: tuple[Beyond, ...] = ()
