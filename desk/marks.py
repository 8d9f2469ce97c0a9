"""Where the marks of one range bar lie: standard, limit, target and offer of one limit."""

from dataclasses import dataclass
from decimal import Decimal

from approvals.limit import Limit, Value, clause_of, metric_of, name_of
from base.words import mark, say
from desk.phrases import shown
from guardrails.policy import Policy

MARKED = (
    mark("standard to {value}"),
    mark("granted to {value}"),
    mark("offer at {value}"),
    mark("past it at {value}"),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the marks of one range bar lie; clauses count their positions."""

    riskier: str
    label: str
    standard: Decimal | None
    limit: Decimal | None
    target: Decimal | None
    offer: Decimal | None
    over: Decimal | None
    start: Decimal | None = None
    end: Decimal | None = None


def marks_of(limit: Limit, value: Value | None, over: Value | None, policy: Policy) -> Marks | None:
    """The drawing of one limit; None where there is nothing to draw."""
    metric, clause = metric_of(limit.key), clause_of(limit.key, policy)
    if clause is None and metric is None:
        return None
    places = {position.key: Decimal(at) for at, position in enumerate(clause.positions)} if clause else {}
    at = {
        name: places.get(one) if isinstance(one, str) else one
        for name, one in (
            ("standard", limit.standard),
            ("limit", limit.value),
            ("target", limit.target),
            ("offer", value),
            ("over", over),
        )
    }
    if all(mark is None for mark in at.values()):
        return None
    said = zip(MARKED, (limit.standard, limit.value, value, over), strict=True)
    facts = ", ".join(
        say(words, value=shown(limit.key, one, policy)) for words, one in said if one is not None
    )
    return Marks(
        riskier=metric.riskier if metric else "higher",
        label=f"{name_of(limit.key, policy)}: {facts}",
        start=Decimal(0) if clause else None,
        end=Decimal(len(clause.positions) - 1) if clause else None,
        **at,
    )
