"""What a line was sold for, from whatever its row says of it. Pure; the rules are in docs/import.md."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from base.words import say

HUNDRED = Decimal(100)
PRICE, PERCENT, QUANTITY = Decimal("1e-4"), Decimal("1e-6"), Decimal("1e-4")
DIGITS = 60
MOST = Decimal(10) ** 10

Known = Decimal | None


class Senseless(ValueError):
    """These facts cannot be of one line. `field` names the one at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row says, None where it says nothing: per unit or for the whole line. Percent is 20.0."""

    quantity: Decimal
    list_price: Known = None
    net_price: Known = None
    cost: Known = None
    list_total: Known = None
    net_total: Known = None
    cost_total: Known = None
    profit_total: Known = None
    discount: Known = None
    target_discount: Known = None

    @property
    def net(self) -> Known:
        """Of the whole line."""
        if self.net_total is not None:
            return self.net_total
        return None if self.net_price is None else self.net_price * self.quantity


@dataclass(frozen=True, slots=True)
class Price:
    """Per unit, as it is recorded. `discount` None: nobody recorded the price. `target`: the other end."""

    quantity: Decimal
    list_price: Decimal
    cost: Known
    discount: Known
    target: Known


def price(facts: Facts) -> Price:
    """The facts that are missing, derived. Raises Senseless."""
    with localcontext(prec=DIGITS):
        refuse_signs(facts)
        facts = replace(facts, quantity=rounded(facts.quantity, QUANTITY))
        if not 0 < facts.quantity < MOST:
            raise Senseless("quantity", say("is not more than 0, or more than can be recorded"))
        listed = list_price(facts)
        discount = None if listed is None else discount_of(facts, listed)
        target = discount if facts.target_discount is None else rounded(facts.target_discount, PERCENT)
        if discount is not None and target is not None and target > discount:
            raise Senseless(
                "target_discount",
                say("is more than what was agreed, {discount} %", discount=f"{discount.normalize():f}"),
            )
        return Price(facts.quantity, listed or Decimal(0), cost_of(facts, listed, discount), discount, target)


def refuse_signs(facts: Facts) -> None:
    for field in ("list_price", "net_price", "cost", "list_total", "net_total", "cost_total"):
        value: Known = getattr(facts, field)
        if value is not None and value < 0:
            raise Senseless(field, say("is less than 0"))
    for field in ("discount", "target_discount"):
        value = getattr(facts, field)
        if value is not None and value > HUNDRED:
            raise Senseless(field, say("is more than 100 %"))


def list_price(facts: Facts) -> Known:
    """Given, else from the total, else from net and discount; to four decimals."""
    found = facts.list_price
    if found is None and facts.list_total is not None:
        found = facts.list_total / facts.quantity
    if found is None and facts.discount is not None and facts.net is not None:
        if facts.discount == HUNDRED:
            raise Senseless("discount", say("is 100 %: what it cost at list cannot be told from nothing"))
        left = (HUNDRED - facts.discount) / HUNDRED
        unit = facts.net_price if facts.net_price is not None else facts.net / facts.quantity
        found = unit / left
    if found is None:
        return None
    if found >= MOST:
        raise Senseless("quantity", say("makes a list price of more than can be recorded"))
    return rounded(found, PRICE)


def discount_of(facts: Facts, listed: Decimal) -> Known:
    """Given, else from net and the list price as it is recorded; to six decimals."""
    if facts.discount is not None:
        return rounded(facts.discount, PERCENT)
    if facts.net is None:
        return None
    if listed == 0 and facts.net == 0:
        return Decimal(0)
    if listed == 0:
        raise Senseless("list_price", say("is 0, but the line was not sold for nothing"))
    return rounded(HUNDRED * (1 - facts.net / (listed * facts.quantity)), PERCENT)


def cost_of(facts: Facts, listed: Known, discount: Known) -> Known:
    """Given, else from the total, else from net and profit; to four decimals. None is unknown, never 0."""
    found = facts.cost
    if found is None and facts.cost_total is not None:
        found = facts.cost_total / facts.quantity
    if found is None and facts.profit_total is not None:
        net = facts.net
        if net is None and listed is not None and discount is not None:
            net = listed * facts.quantity * (HUNDRED - discount) / HUNDRED
        found = None if net is None else (net - facts.profit_total) / facts.quantity
    if found is not None and found < 0:
        raise Senseless("profit_total", say("is more than the net price"))
    return None if found is None else rounded(found, PRICE)


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """Halves away from zero."""
    return value.quantize(step, rounding=ROUND_HALF_UP) + 0
