"""How limits and lists of things are said."""

from collections.abc import Sequence

from approvals.limit import LimitKey, Value, clause_of, metric_of
from guardrails.policy import Policy


def shown(key: LimitKey, value: Value | None, policy: Policy) -> str:
    """The value as people read it, positions without quotation marks: "22.5 %", "1.5 × fees"."""
    clause, metric = clause_of(key, policy), metric_of(key)
    if clause is not None:
        position = clause.position(value) if isinstance(value, str) else None
        return position.name if position else "own wording"
    return metric.show(value, policy.currency) if metric and not isinstance(value, str) else str(value)


def lower(words: str) -> str:
    """A name in the middle of a sentence."""
    return words[:1].lower() + words[1:]


def of_them(names: Sequence[str], needed: int) -> str:
    """ "Ada or Bo" where one of them is enough, "Ada and Bo" where all must, else "2 of Ada, Bo and Cy"."""
    if needed <= 1:
        return listed(names, "or")
    return listed(names) if needed >= len(names) else f"{needed} of {listed(names)}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""
