"""Exceptions: how far past never one guardrail may go, and whom the policy lets grant that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.words import mark, say
from guardrails.faults import Fault, refuse, repeated

CLAUSE = "clause:"


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """The level that may grant exceptions from these guardrails: ladders by their key, clauses as
    "clause:<key>". None named: from every guardrail that no other rule names."""

    function: str
    level: int
    guardrails: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse(_rule_faults(self))


@dataclass(frozen=True, slots=True)
class Beyond:
    """What one function says is never granted may go up to and with `value`, a number or a position.

    `key`: the limit key. `standing`: the account's exception that was granted before, with its last day
    `until`; None: it is asked for with these terms. `asked`: the digest of all that was asked with it.
    """

    key: str
    function: str
    value: Decimal | str
    standing: int | None = None
    until: date | None = None
    asked: str = ""


def _rule_faults(rule: ExceptionRule) -> Iterator[Fault]:
    if rule.level < 1:
        yield Fault(("level",), say("an exception needs level 1 or higher, not {level}", level=rule.level))
    places = [("guardrails", place) for place in range(len(rule.guardrails))]
    yield from repeated(rule.guardrails, mark("guardrail"), places)
