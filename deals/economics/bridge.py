"""The bridge: from the headline price to the total value, and to what of it reaches us. Pure."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from base.words import say
from deals.economics.amounts import DIGITS, sum_or_unknown, total, whole_term
from deals.economics.steps import Step, Waterfall, waterfall
from deals.terms import Terms
from guardrails.policy import Policy

SPENT = ("partner", "terms", "custom")  # steps of the waterfall that the total value pays for too


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the price the buyer hears to all they pay, and to what is left of that, exact to the cent, in the
    deal's currency.

    Nothing at all while the contract length or the free months are unknown; no total value while the price
    rise is. `value` is the metric before it is rounded to its step.
    """

    steps: tuple[Step, ...]
    headline: Decimal | None
    value: Decimal | None
    pocket: Decimal | None


def bridge(terms: Terms, policy: Policy) -> Bridge:
    """Headline price → free months → price rise → total value → partner fee → cost of terms → customisation
    not billed → pocket price. The steps add up to the cent.

    What is spent is what the waterfall says, taken from the net price: one name, one amount.
    """
    with localcontext(prec=DIGITS):
        flow = waterfall(terms, policy)
        if flow.net is None:
            return Bridge((), None, None, None)
        headline, value = total(line.agreed for line in flow.lines), whole_term(terms)
        outs = tuple(step for step in flow.steps if step.key in SPENT)
        pocket = sum_or_unknown([value, *(step.amount for step in outs)])
        steps = (
            Step("headline", say("Headline price"), "sum", headline),
            Step("free", say("Free months"), "give", flow.net - headline),
            Step("rise", say("Price rise"), "gain", risen(flow, value)),
            Step("value", say("Total value"), "sum", value),
            *outs,
            Step("pocket", say("Pocket price"), "sum", pocket),
        )
        return Bridge(steps, headline, value, pocket)


def risen(flow: Waterfall, value: Decimal | None) -> Decimal | None:
    return None if value is None or flow.net is None else value - flow.net
