"""What terms are worth, when they are complete enough to be priced at all."""

from decimal import Decimal

from deals.economics import waterfall
from deals.terms import Terms
from guardrails.policy import Policy


def net_of(terms: Terms, policy: Policy) -> Decimal:
    """Net price over the whole term, in the deal's currency. Frozen terms have one, else ValueError."""
    net = waterfall(terms, policy).net
    if net is None:
        raise ValueError("these terms have no contract length, so they have no price")
    return net
