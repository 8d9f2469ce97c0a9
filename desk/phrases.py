"""How limits and lists of things are said."""

from collections.abc import Sequence

from approvals.limit import LimitKey, Value, clause_of, metric_of
from base.format import number
from base.inside import lower as lower
from base.lists import listed as listed
from base.words import say
from guardrails.policy import Policy


def shown(key: LimitKey, value: Value | None, policy: Policy) -> str:
    """The value as people read it, positions without quotation marks: "22.5 %", "1.5 × fees"."""
    clause, metric = clause_of(key, policy), metric_of(key)
    if clause is not None:
        position = clause.position(value) if isinstance(value, str) else None
        return position.name if position else say("own wording")
    return metric.show(value, policy.currency) if metric and not isinstance(value, str) else str(value)


def in_turn(names: Sequence[str]) -> str:
    """Names at the head of a sentence: "Payment, invoicing, contract length"."""
    return ", ".join([*names[:1], *(lower(name) for name in names[1:])])


def of_them(names: Sequence[str], needed: int) -> str:
    """ "Ada or Bo" where one of them is enough, "Ada and Bo" where all must, else "2 of Ada, Bo and Cy"."""
    if needed <= 1:
        return listed(names, "or")
    if needed >= len(names):
        return listed(names)
    return say("{needed} of {names}", needed=number(needed), names=listed(names))
