"""Every metric a policy may judge, measured from terms. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, localcontext

from deals.economics.amounts import DIGITS, list_and_net, percent, under_floor, whole_term
from deals.economics.steps import Waterfall, waterfall
from deals.terms import TYPED, Line, Terms, World
from guardrails.clause import Clause
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy


def measure(terms: Terms, policy: Policy, world: World) -> Measured:
    """Every metric of `terms`, quantised once towards riskier; None where an input is unknown.

    Money metrics are in the company's currency.
    """
    with localcontext(prec=DIGITS):
        values = quantised(figures(terms, policy, world))
        families = {
            line.family: replace(terms, lines=of_family(terms.lines, line.family)) for line in terms.lines
        }
        return Measured(
            frame=terms.frame,
            values=values,
            by_family={
                family: quantised(
                    {key: value for key, value in line_figures(part).items() if METRICS[key].per_family}
                )
                for family, part in families.items()
            },
            clauses={clause.key: position_of(terms, clause) for clause in policy.clauses},
            beyond=world.beyond,
        )


def figures(terms: Terms, policy: Policy, world: World) -> dict[str, Decimal | None]:
    """All metrics before they are quantised, except the share of margin, which the waterfall has."""
    flow = waterfall(terms, policy)
    terms_cost = flow.amount("terms")
    return {
        **{key: terms.values.get(key) for key in TYPED},
        **set_by_clauses(terms, policy),
        **line_figures(terms),
        "discount_12m": cumulative(terms, flow, world),
        "margin": flow.margin_percent,
        "below_floor": times(under_floor(terms), terms.rate),
        "cost_of_terms": times(None if terms_cost is None else -terms_cost, terms.rate),
        "total_value": times(whole_term(terms), terms.rate),
        "clause_level": Decimal(max((depth(terms, clause) for clause in policy.clauses), default=0)),
    }


def line_figures(terms: Terms) -> dict[str, Decimal | None]:
    """What can be measured of the lines alone, so also of the lines of one family."""
    both = list_and_net(terms)
    return {
        "discount": None if both is None else percent("discount", both[0] - both[1], both[0]),
        "discount_deepest": max((line.discount for line in terms.lines if terms.priced), default=None),
    }


def cumulative(terms: Terms, flow: Waterfall, world: World) -> Decimal | None:
    """Discount of the account's won deals of twelve months and this one, in the company's currency."""
    if flow.list is None or flow.net is None or world.won_list is None or world.won_net is None:
        return None
    whole = world.won_list + flow.list * terms.rate
    return percent("discount_12m", whole - world.won_net - flow.net * terms.rate, whole)


def set_by_clauses(terms: Terms, policy: Policy) -> dict[str, Decimal | None]:
    """Metrics that follow from the position of their clause; None for own wording and where none is set."""
    found: dict[str, Decimal | None] = {}
    for clause in policy.clauses:
        position = clause.position(position_of(terms, clause))
        for key in {key for each in clause.positions for key in each.sets}:
            found[key] = position.sets.get(key) if position else None
    return found


def position_of(terms: Terms, clause: Clause) -> str | None:
    """Standard unless said otherwise; None for own wording and for a position this library does not have."""
    position = clause.position(terms.clauses.get(clause.key, clause.standard.key))
    return position.key if position else None


def depth(terms: Terms, clause: Clause) -> int:
    """How far from standard; own wording is past the last position."""
    position = position_of(terms, clause)
    return len(clause.positions) if position is None else clause.place(position)


def of_family(lines: tuple[Line, ...], family: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.family == family)


def times(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    return None if amount is None else amount * rate


def quantised(values: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """Every metric in its display order, on its step; missing ones are unknown."""
    return {
        key: None if (value := values[key]) is None else METRICS[key].quantise(value)
        for key in METRICS
        if key in values
    }
