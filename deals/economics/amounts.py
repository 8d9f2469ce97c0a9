"""What lines cost at list and net, and the rounding that everything else rests on. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from math import ceil

from deals.terms import Line, Terms
from guardrails.metric import METRICS

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
NOTHING = Decimal(0)
YEAR_MONTHS = 12
DIGITS = 60  # enough for every product here to be exact before it is rounded


Rounded = Callable[[Decimal], Decimal]


def cents(amount: Decimal) -> Decimal:
    """What the buyer pays, to the cent, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def spent(amount: Decimal) -> Decimal:
    """What we pay, to the cent, up: no margin is shown higher than it is."""
    return amount.quantize(CENT, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """One line over the whole term: at list, after its volume tier, after its discount, less free months."""

    key: str
    name: str
    family: str
    list: Decimal
    tiered: Decimal
    agreed: Decimal
    net: Decimal
    cost: Decimal | None
    margin: Decimal | None
    margin_percent: Decimal | None


def list_and_net(terms: Terms) -> tuple[Decimal, Decimal] | None:
    """What the lines cost at list and net over the whole term, in the deal's currency; None when unknown."""
    span = runs(terms)
    if span is None:
        return None
    with localcontext(prec=DIGITS):
        months, paid = span
        return (
            total(over(line, line.list_price, months) for line in terms.lines),
            total(over(line, price_after(line, line.discount), paid) for line in terms.lines),
        )


def priced(terms: Terms) -> tuple[LineAmounts, ...] | None:
    """Every line's amounts, if how long it runs and how much of that is free is known."""
    span = runs(terms)
    return None if span is None else tuple(amounts(line, *span, terms.partner_fee) for line in terms.lines)


def runs(terms: Terms) -> tuple[Decimal, Decimal] | None:
    """Months that recurring lines run, and months of these that are paid. None: unknown, and it matters; or
    nobody recorded the price, so that a span is of no use."""
    if not terms.priced:
        return None
    months, free = terms.values.get("term_months"), terms.values.get("free_months")
    if months is not None and free is not None:
        return months, max(months - free, NOTHING)
    return None if any(line.recurring for line in terms.lines) else (NOTHING, NOTHING)


def amounts(line: Line, months: Decimal, paid: Decimal, partner_fee: Decimal) -> LineAmounts:
    net = over(line, price_after(line, line.discount), paid)
    cost = None if line.cost is None else over(line, line.cost, months, spent)
    margin = None if cost is None else net - fee_of(net, partner_fee) - cost
    return LineAmounts(
        key=line.key,
        name=line.name,
        family=line.family,
        list=over(line, line.list_price, months),
        tiered=over(line, price_after(line, line.tier), months),
        agreed=over(line, price_after(line, line.discount), months),
        net=net,
        cost=cost,
        margin=margin,
        margin_percent=percent("margin", margin, net),
    )


def over(line: Line, unit: Decimal, months: Decimal, rounded: Rounded = cents) -> Decimal:
    """The whole quantity at this unit price, for as long as it runs, to the cent."""
    once = unit * line.quantity
    return rounded(once * months / YEAR_MONTHS if line.recurring else once)


def price_after(line: Line, discount: Decimal) -> Decimal:
    return line.list_price * (HUNDRED - discount) / HUNDRED


def whole_term(terms: Terms) -> Decimal | None:
    """All the buyer pays, in the deal's currency: recurring prices rise once a year from the second year on,
    free months are the first ones. Without a rise it is the net price, to the cent."""
    months = paid_as_it_rises(terms)
    if months is None:
        return None
    return total(over(line, price_after(line, line.discount), months) for line in terms.lines)


def paid_as_it_rises(terms: Terms) -> Decimal | None:
    """Paid months of recurring lines, each weighted with the price of its year (1 in the first year). None:
    unknown, and it matters; or nobody recorded the price."""
    if not terms.priced:
        return None
    if not any(line.recurring for line in terms.lines):
        return NOTHING
    months, free, rise = (terms.values.get(key) for key in ("term_months", "free_months", "price_rise"))
    if months is None or free is None or rise is None:
        return None
    growth, weighted = (HUNDRED + rise) / HUNDRED, NOTHING
    for year in range(ceil(months / YEAR_MONTHS)):
        began = Decimal(year * YEAR_MONTHS)
        ends = min(began + YEAR_MONTHS, months)
        weighted += max(ends - max(began, free), NOTHING) * growth**year
    return weighted


def under_floor(terms: Terms) -> Decimal | None:
    """How far the lines under their floor price lie under it, in the deal's currency."""
    if not terms.priced or any(line.floor is None for line in terms.lines):
        return None
    months = terms.values.get("term_months")
    if months is None and any(line.recurring for line in terms.lines):
        return None
    gaps = ((line, (line.floor or NOTHING) - price_after(line, line.discount)) for line in terms.lines)
    return total(over(line, max(gap, NOTHING), months or NOTHING) for line, gap in gaps)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def fee_of(net: Decimal, partner_fee: Decimal) -> Decimal:
    return spent(net * partner_fee / HUNDRED)


def percent(key: str, part: Decimal | None, whole: Decimal) -> Decimal | None:
    """part ÷ whole on the metric's step; None where there is nothing to divide by."""
    return None if part is None or whole <= 0 else METRICS[key].quantise(part * HUNDRED / whole)


def sum_or_unknown(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = list(amounts)
    return None if None in known else total(amount for amount in known if amount is not None)
