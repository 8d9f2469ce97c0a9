"""What would be measured if some limits were tighter: what headroom is found with."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from deals.corner import corner
from deals.terms import TYPED, Ask, World
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy

Limits = Mapping[str, Decimal | str]


def remeasure_for(ask: Ask, policy: Policy, world: World) -> Callable[[Limits], Measured | None]:
    """Limits → what is measured at the corner they make; None when the ask cannot go there, because its own
    target lies past one of them."""

    def remeasure(limits: Limits) -> Measured | None:
        if any(past_target(ask, key, limit, policy) for key, limit in limits.items()):
            return None
        measured = corner(ask, limits, policy, world)
        return measured if all(met(measured, key, limit) for key, limit in limits.items()) else None

    return remeasure


def past_target(ask: Ask, key: str, limit: Decimal | str, policy: Policy) -> bool:
    """Whether a typed term or a clause would have to be safer than its target."""
    if key.startswith("clause:"):
        clause = policy.clause(key.removeprefix("clause:"))
        target = ask.target.clauses.get(clause.key, clause.standard.key)
        return clause.position(target) is None or clause.place(str(limit)) < clause.place(str(target))
    aim = ask.target.values.get(key)
    return key in TYPED and aim is not None and METRICS[key].riskier_than(aim, Decimal(limit))


def met(measured: Measured, key: str, limit: Decimal | str) -> bool:
    if key.startswith("clause:"):
        return True
    name, _, family = key.partition("/")
    value = measured.value(name, family)
    return value is not None and not METRICS[name].riskier_than(value, Decimal(limit))
