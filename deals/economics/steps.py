"""The waterfall: from list price to margin, step by step. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal

from base.words import say
from deals.economics.amounts import (
    DIGITS,
    HUNDRED,
    NOTHING,
    LineAmounts,
    fee_of,
    percent,
    priced,
    spent,
    sum_or_unknown,
    total,
)
from deals.terms import Terms
from guardrails.policy import Policy

YEAR_DAYS = 365

Kind = Literal["sum", "give", "out", "gain"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step from list to margin, in the deal's currency; negative when it takes away, None when unknown.

    `kind`: sum is a level reached, give goes to the buyer, out goes elsewhere, gain comes from the buyer.
    """

    key: str
    name: str
    kind: Kind
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Waterfall:
    """From list price to margin, exact to the cent, in the deal's currency.

    Nothing at all while the contract length or the free months are unknown. `margin_percent` is the metric.
    """

    steps: tuple[Step, ...]
    list: Decimal | None
    net: Decimal | None
    margin: Decimal | None
    margin_percent: Decimal | None
    lines: tuple[LineAmounts, ...]

    def amount(self, key: str) -> Decimal | None:
        """The amount of one step; None when it is unknown or not there."""
        return next((step.amount for step in self.steps if step.key == key), None)


def waterfall(terms: Terms, policy: Policy) -> Waterfall:
    """List → volume discount → negotiated discount per family → free months → net → partner fee → cost of
    terms → customisation not billed → cost to serve per family → margin. The steps add up to the cent.
    """
    with localcontext(prec=DIGITS):
        lines = priced(terms)
        if lines is None:
            return Waterfall((), None, None, None, None, ())
        steps = (*gives(lines, policy), *outs(terms, lines, policy))
        net = total(line.net for line in lines)
        margin = margin_of(net, steps)
        share = percent("margin", margin, net)
        steps = (*steps, Step("margin", say("Margin"), "sum", margin))
        return Waterfall(steps, total(line.list for line in lines), net, margin, share, lines)


def gives(lines: tuple[LineAmounts, ...], policy: Policy) -> Iterator[Step]:
    """From list to net: what the buyer does not pay."""
    yield Step("list", say("List price"), "sum", total(line.list for line in lines))
    yield Step("volume", say("Volume discount"), "give", total(line.tiered - line.list for line in lines))
    for family, its in by_family(lines, policy):
        negotiated = total(line.agreed - line.tiered for line in its)
        yield Step(
            f"discount:{family}", say("Negotiated discount, {family}", family=family), "give", negotiated
        )
    yield Step("free", say("Free months"), "give", total(line.net - line.agreed for line in lines))
    yield Step("net", say("Net price"), "sum", total(line.net for line in lines))


def outs(terms: Terms, lines: tuple[LineAmounts, ...], policy: Policy) -> Iterator[Step]:
    """From net to margin: what we pay for it."""
    net = total(line.net for line in lines)
    yield Step("partner", say("Partner fee"), "out", -fee_of(net, terms.partner_fee))
    yield Step("terms", say("Cost of terms"), "out", less(cost_of_terms(terms, policy, net)))
    yield Step("custom", say("Customisation not billed"), "out", less(cost_of_custom(terms, policy)))
    for family, its in by_family(lines, policy):
        costs = [line.cost for line in its]
        yield Step(
            f"cost:{family}",
            say("Cost to serve, {family}", family=family),
            "out",
            less(sum_or_unknown(costs)),
        )


def margin_of(net: Decimal, steps: Iterable[Step]) -> Decimal | None:
    spent = sum_or_unknown([step.amount for step in steps if step.kind == "out"])
    return None if spent is None else net + spent


def cost_of_terms(terms: Terms, policy: Policy, net: Decimal) -> Decimal | None:
    """Interest on net for each day past the standard ones. Paying earlier earns nothing: never below zero."""
    days, rules = terms.values.get("payment_days"), policy.economics
    if days is None:
        return None
    late = max(days - rules.standard_days, NOTHING)
    return spent(net * rules.capital_rate * late / (HUNDRED * YEAR_DAYS))


def cost_of_custom(terms: Terms, policy: Policy) -> Decimal | None:
    """Unbilled days at the company's cost of a day, in the deal's currency."""
    days = terms.values.get("custom_days")
    return None if days is None else spent(days * policy.economics.day_cost / terms.rate)


def by_family(lines: tuple[LineAmounts, ...], policy: Policy) -> list[tuple[str, list[LineAmounts]]]:
    """The families that have lines, in the policy's order; those it does not know at the end."""
    there = {line.family for line in lines}
    ordered = [family for family in policy.families if family in there]
    ordered += sorted(there - set(ordered))
    return [(family, [line for line in lines if line.family == family]) for family in ordered]


def less(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount
