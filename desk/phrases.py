"""How limits and lists of things are said."""

from collections.abc import Sequence

from django.utils.translation import get_language

from approvals.limit import LimitKey, Value, clause_of, metric_of
from base.format import number
from base.lists import listed as listed
from base.locales import HOUSE, current
from base.words import say
from guardrails.policy import Policy


def shown(key: LimitKey, value: Value | None, policy: Policy) -> str:
    """The value as people read it, positions without quotation marks: "22.5 %", "1.5 × fees"."""
    clause, metric = clause_of(key, policy), metric_of(key)
    if clause is not None:
        position = clause.position(value) if isinstance(value, str) else None
        return position.name if position else say("own wording")
    return metric.show(value, policy.currency) if metric and not isinstance(value, str) else str(value)


def lower(words: str) -> str:
    """A name in the middle of an English sentence; other languages write it as it stands alone, as nouns of
    German keep their capital."""
    english = current() == HOUSE or (get_language() or HOUSE).startswith(HOUSE)
    return words[:1].lower() + words[1:] if english else words


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
