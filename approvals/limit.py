"""One limit of a mandate, one condition on it, and how far two values lie from risk. Pure.

A limit key names a metric ("discount"), a metric of one product family ("discount/Platform") or a clause
("clause:liability"). Numbers compare in the metric's riskier direction, positions in the library's order;
what cannot be read, and words that the library does not know, are riskier than everything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Self

from base import canonical
from base.words import mark, say
from deals.terms import TYPED
from guardrails.clause import Clause
from guardrails.evaluation import Finding
from guardrails.measured import Measured
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy
from guardrails.wording import named

LimitKey = str
Value = Decimal | str
Source = Literal["asked", "narrowed", "standard", "derived"]
Op = Literal["=", "<=", ">="]

CLAUSE = "clause:"
UNKNOWN = Decimal("Infinity")
SENTENCES: Mapping[Op, str] = {
    "=": mark("{name} {value}"),
    "<=": mark("{name} at most {value}"),
    ">=": mark("{name} at least {value}"),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How far the mandate lets one metric or clause go.

    `value`: None where an unreadable number, or own wording, was granted as it was asked. `source`: as asked,
    narrowed by `function`, the standard threshold (level 0), or measured at the corner. `functions`: all who
    judge it; `granted_by`: those whose grant it is. `target`, `asked`: the two ends of the ask.
    """

    key: LimitKey
    value: Value | None
    source: Source
    function: str
    level: int
    functions: tuple[str, ...]
    standard: Value | None
    target: Value | None
    asked: Value | None
    granted_by: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "source": self.source,
            "function": self.function,
            "level": self.level,
            "functions": list(self.functions),
            "granted_by": list(self.granted_by),
            **{name: spelled(getattr(self, name)) for name in ("value", "standard", "target", "asked")},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        key = document["key"]
        return cls(
            key=key,
            source=document["source"],
            function=document["function"],
            level=document["level"],
            functions=tuple(document["functions"]),
            granted_by=tuple(document["granted_by"]),
            **{name: read(key, document[name]) for name in ("value", "standard", "target", "asked")},
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """What `function` asks in return: a typed term compared with a number, or a clause at one position.

    Raises ValueError for a comparison that can never be made.
    """

    key: LimitKey
    op: Op
    value: Value
    function: str

    def __post_init__(self) -> None:
        clause = self.key.startswith(CLAUSE)
        if not clause and self.key not in TYPED:
            raise ValueError(f"a condition compares a typed term or a clause, not {self.key!r}")
        if self.op not in SENTENCES or (clause and self.op != "="):
            raise ValueError(f"{self.key!r} cannot be compared by {self.op!r}")
        if isinstance(self.value, str) != clause:
            raise ValueError(f"{self.key!r} cannot be compared with {self.value!r}")

    def met_by(self, values: Mapping[str, Decimal | None], clauses: Mapping[str, str | None]) -> bool:
        """Whether terms with these values and positions keep it. An unknown value never does."""
        if isinstance(self.value, str):
            return clauses.get(self.key.removeprefix(CLAUSE)) == self.value
        value = values.get(self.key)
        if value is None:
            return False
        if self.op == "=":
            return value == self.value
        return value <= self.value if self.op == "<=" else value >= self.value

    def sentence(self, policy: Policy) -> str:
        """ "Invoicing yearly", "Payment at most 30 days"."""
        name, value = name_of(self.key, policy), show(self.key, self.value, policy)
        return say(SENTENCES[self.op], name=name, value=value)

    def to_document(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "op": self.op,
            "value": spelled(settled(self.key, self.value)),
            "function": self.function,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        key = document["key"]
        value = document["value"] if key.startswith(CLAUSE) else Decimal(document["value"])
        return cls(key=key, op=document["op"], value=value, function=document["function"])


def metric_of(key: LimitKey) -> Metric | None:
    """The metric a key names; None for a clause, and for a key that nobody knows."""
    return METRICS.get(key.partition("/")[0])


def clause_of(key: LimitKey, policy: Policy) -> Clause | None:
    """The clause a key names; None for a metric, and for a clause that this library does not have."""
    return next((clause for clause in policy.clauses if clause.limit_key == key), None)


def risk(key: LimitKey, value: Value | None, policy: Policy) -> Decimal:
    """How far towards risk a value lies: larger is riskier, and what cannot be read the riskiest."""
    if isinstance(value, Decimal):
        metric = metric_of(key)
        return value * metric.sign if metric else UNKNOWN
    clause = clause_of(key, policy)
    if clause is None or value is None or clause.position(value) is None:
        return UNKNOWN
    return Decimal(clause.place(value))


def safer_of(key: LimitKey, a: Value, b: Value, policy: Policy) -> Value:
    """The one of two limits that lets less happen."""
    return b if risk(key, a, policy) > risk(key, b, policy) else a


def reaches(key: LimitKey, bound: Value | None, value: Value | None, policy: Policy) -> bool:
    """Whether `value` lies up to and with `bound`. What is not known is within nothing and bounds nothing."""
    edge = risk(key, bound, policy)
    return edge != UNKNOWN and risk(key, value, policy) <= edge


def within(limit: Limit, value: Value | None, policy: Policy) -> bool:
    """Whether a limit allows a value. A limit of None allows what is unreadable, and what lies up to standard
    or up to the target: nothing further is known to be safer than it.
    """
    if limit.value is None:
        bounds = (limit.standard, limit.target)
        return value is None or any(reaches(limit.key, bound, value, policy) for bound in bounds)
    return reaches(limit.key, limit.value, value, policy)


def present(key: LimitKey, measured: Measured) -> bool:
    """Whether there is anything to compare: not of a product family without a line, nor of what is not
    measured.
    """
    metric, _, family = key.partition("/")
    if key.startswith(CLAUSE):
        return key.removeprefix(CLAUSE) in measured.clauses
    return metric in (measured.by_family.get(family, {}) if family else measured.values)


def reading(key: LimitKey, measured: Measured) -> Value | None:
    """What was measured under a limit key: a number, a position key, or None for what cannot be read."""
    if key.startswith(CLAUSE):
        return measured.clauses.get(key.removeprefix(CLAUSE))
    metric, _, family = key.partition("/")
    return measured.value(metric, family)


def name_of(key: LimitKey, policy: Policy) -> str:
    """ "Discount", "Discount of Platform", "Limitation of liability"."""
    clause, metric = clause_of(key, policy), metric_of(key)
    if clause:
        return clause.name
    return named(metric, key.partition("/")[2]) if metric else key


def show(key: LimitKey, value: Value | None, policy: Policy) -> str:
    """The value as people read it: "22.5 %", "60 days", "“1.5 × fees”"."""
    metric, clause = metric_of(key), clause_of(key, policy)
    if metric and not isinstance(value, str):
        return metric.show(value, policy.currency)
    position = clause.position(value) if clause and isinstance(value, str) else None
    return say("“{position}”", position=position.name) if position else say("own wording")


def told(finding: Finding, policy: Policy) -> str:
    """Why an ask or an answer is refused, for whoever reads it: figures that cost goes into are left out."""
    metric = metric_of(finding.key)
    if metric is None or not metric.derived_limit:
        return finding.sentence
    if finding.never:
        return say("{name} as it is asked is never granted.", name=name_of(finding.key, policy))
    level = policy.level_name(finding.function, finding.level)
    return say("{name} needs {level}.", name=name_of(finding.key, policy), level=level)


def step_hash(
    terms_hash: str,
    narrowings: Mapping[LimitKey, Value],
    conditions: Collection[Condition],
    salt: str = "",
    tasks: Collection[Mapping[str, Any]] = (),
) -> str:
    """What a decision binds to: the revision's terms, and the limits and conditions in force as the step
    opened. `salt` is the deal's: a limit on margin is not to be found by trying. `tasks`: documents of those
    asked in return so far.

    The same limits and conditions give the same hash, in whatever order and with however many zeros.
    """
    asked = {canonical.dumps(condition.to_document()) for condition in conditions}
    document = {
        "schema": 1,
        "terms": terms_hash,
        "limits": {key: spelled(settled(key, value)) for key, value in narrowings.items()},
        "conditions": sorted(asked),
        **({"salt": salt} if salt else {}),
        **({"tasks": sorted({canonical.dumps(task) for task in tasks})} if tasks else {}),
    }
    return canonical.digest(canonical.dumps(document))


def settled(key: LimitKey, value: Value) -> Value:
    """A number on the step of its metric, so that it is always spelled the same."""
    metric = metric_of(key)
    return metric.quantise(value) if metric and isinstance(value, Decimal) else value


def spelled(value: Value | None) -> str | None:
    return canonical.digits(value) if isinstance(value, Decimal) else value


def read(key: LimitKey, text: str | None) -> Value | None:
    return text if text is None or key.startswith(CLAUSE) else Decimal(text)
