"""What was measured of one set of terms: the only thing a policy ever judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from guardrails.beyond import Beyond


@dataclass(frozen=True, slots=True)
class Frame:
    """What a deal is, as opposed to what is asked for it: the words that ladders are scoped by."""

    account: str
    segment: str
    region: str
    deal_type: str
    currency: str


@dataclass(frozen=True, slots=True)
class Measured:
    """All metrics of one set of terms, each quantised once to its step, towards riskier.

    `values`: metric key → value; None when it cannot be read (a finding, never a pass).
    `by_family`: product family → metric key → value, for the metrics that can be scoped to a family.
    `clauses`: clause key → position key; None for own wording that the library does not know.
    Money metrics are in the company's currency, at the rate pinned on the terms.
    `beyond`: exceptions asked for with these terms, and those the account has.
    """

    frame: Frame
    values: Mapping[str, Decimal | None]
    by_family: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    clauses: Mapping[str, str | None] = field(default_factory=dict)
    beyond: tuple[Beyond, ...] = ()

    def value(self, metric: str, family: str = "") -> Decimal | None:
        """The number of one metric, of the whole deal or of one product family. None: unreadable."""
        return self.by_family.get(family, {}).get(metric) if family else self.values.get(metric)
