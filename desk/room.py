"""A mandate limit by limit, beside an offer: whose limit it is, how far it goes, and what is left of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from approvals.answer import Answer, Row
from approvals.limit import Condition as TermCondition
from approvals.limit import (
    Limit,
    LimitKey,
    Value,
    clause_of,
    metric_of,
    name_of,
    reading,
)
from approvals.models import Condition, Mandate, Offer
from approvals.offer_words import UNCOUNTED
from approvals.offered import room
from base import clock
from base.format import SPACE
from base.words import mark, say
from deals.document import measured_from
from desk.cost import hides
from desk.marks import Marks, marks_of
from desk.phrases import listed, lower, shown
from guardrails.measured import Measured
from guardrails.policy import Policy
from people.shown import View

FALLBACKS = (
    mark("{who}, fallback"),
    mark("{who}, first fallback"),
    mark("{who}, second fallback"),
    mark("{who}, third fallback"),
)
NONE_OF_IT = {"below_floor": mark("Nothing below floor"), "free_months": mark("No free months")}
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TermRow:
    """One limit in words. `value` is that of the offer looked at; `over`: it lies past the limit; `left`: the
    answer, `none_left`: it is used up; `amount`: how much is left of what somebody granted."""

    key: LimitKey
    name: str
    source: str
    value: str
    limit: str
    left: str
    over: bool
    marks: Marks | None
    amount: str = ""
    none_left: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """A mandate as one reader sees it."""

    mandate: Mandate
    policy: Policy
    view: View
    limits: tuple[Limit, ...]
    conditions: tuple[TermCondition, ...]

    @property
    def last_day(self) -> date:
        """The last day on which it may be used."""
        return clock.date_of(self.mandate.expires_at - INSTANT)

    @property
    def beyond_standard(self) -> tuple[Limit, ...]:
        """What somebody granted, or what follows from that."""
        return tuple(limit for limit in self.limits if limit.source != "standard")

    @property
    def standard_words(self) -> str:
        """What was not asked for, in the middle of a sentence: "deepest line 25.0 %, contract length 36
        months, no free months"."""
        standard = [
            limit for limit in self.limits if limit.source == "standard" and not hides(self.view, limit.key)
        ]
        last = sorted(standard, key=nothing_of_it)
        return ", ".join(lower(standard_of(limit, self.policy)) for limit in last)

    def limit(self, key: LimitKey) -> Limit | None:
        return next((limit for limit in self.limits if limit.key == key), None)

    def level_name(self, limit: Limit) -> str:
        return self.policy.level_name(limit.function, limit.level)


def granted_of(mandate: Mandate, view: View) -> Granted:
    """One query, for its conditions, unless they were fetched with it."""
    rows = sorted(mandate.conditions.all(), key=lambda row: row.pk)
    return Granted(
        mandate=mandate,
        policy=mandate.version.policy,
        view=view,
        limits=mandate.limit_rows,
        conditions=tuple(row.comparison for row in rows if row.kind == Condition.Kind.TERM),
    )


def measured_of(offer: Offer) -> Measured:
    return measured_from(json.loads(offer.measured))


def answer_of(offer: Offer) -> Answer:
    """What was answered on its day."""
    return Answer.from_document(json.loads(offer.answer))


def rows_of(granted: Granted, inside: Measured | None, outside: Measured | None) -> tuple[TermRow, ...]:
    """The limits that somebody granted, beside the last terms inside and, where past them, those outside."""
    return tuple(term_row(limit, granted, inside, outside) for limit in granted.beyond_standard)


def term_row(limit: Limit, granted: Granted, inside: Measured | None, outside: Measured | None) -> TermRow:
    policy, key = granted.policy, limit.key
    value = reading(key, inside) if inside else None
    asked = reading(key, outside) if outside else None
    past = asked if outside is not None and (room(limit, asked, policy) or 0) < 0 else None
    hidden = hides(granted.view, key)
    return TermRow(
        key=key,
        name=name_of(key, policy),
        source=source_of(limit, granted),
        value="" if hidden or inside is None else shown(key, value, policy),
        limit="" if hidden else shown(key, limit.value, policy),
        left="" if hidden or inside is None else left_words(limit, value, policy),
        over=past is not None,
        marks=None if hidden else marks_of(limit, value if inside else None, past, policy),
        none_left=not hidden and inside is not None and room(limit, value, policy) == 0,
    )


def answered_row(row: Row, granted: Granted) -> TermRow:
    """One term of an offer with the answer it got, beside the limit it was compared with."""
    policy, limit = granted.policy, granted.limit(row.key)
    hidden = hides(granted.view, row.key)
    name = name_of(row.key, policy)
    if limit is None:
        return TermRow(
            row.key, name, say("Never granted"), words_for(row, policy, hidden), "", row.sentence, True, None
        )
    value, over = (None, row.value) if row.over else (row.value, None)
    return TermRow(
        key=row.key,
        name=name,
        source=source_of(limit, granted),
        value=words_for(row, policy, hidden),
        limit="" if hidden else shown(row.key, row.limit, policy),
        left=answer_words(row, limit, policy, hidden),
        over=row.over,
        marks=None if hidden else marks_of(limit, value, over, policy),
        amount="" if hidden or limit.source == "derived" else left_words(limit, row.value, policy),
    )


def words_for(row: Row, policy: Policy, hidden: bool) -> str:
    return "" if hidden else shown(row.key, row.value, policy)


def answer_words(row: Row, limit: Limit, policy: Policy, hidden: bool) -> str:
    """ "2.5 points over", "inside, none left", "inside"."""
    if row.over:
        gap = room(limit, row.value, policy)
        told = not hidden and gap is not None and gap < 0
        return left_words(limit, row.value, policy) if told else say("past the limit")
    return say("inside, none left") if row.room == 0 and not hidden else say("inside")


def source_of(limit: Limit, granted: Granted) -> str:
    """Who granted it, on which condition: "Finance Director narrowed 21.5 to 20.0 %, if invoiced yearly"."""
    policy = granted.policy
    if limit.source == "derived":
        return say("Follows from the rest")
    if limit.source == "standard":
        return say("Standard")
    who, clause = granted.level_name(limit), clause_of(limit.key, policy)
    said = say("{who}, as asked", who=who)
    if limit.source == "narrowed" and not hides(granted.view, limit.key):
        asked, value = narrowed_words(limit, policy)
        said = say("{who} narrowed {asked} to {limit}", who=who, asked=asked, limit=value)
    elif clause and isinstance(limit.value, str) and clause.place(limit.value) < len(FALLBACKS):
        said = say(FALLBACKS[clause.place(limit.value)], who=who)
    needed = [if_words(one, policy) for one in granted.conditions if one.function == limit.function]
    return ", ".join([said, *needed])


def standard_of(limit: Limit, policy: Policy) -> str:
    if nothing_of_it(limit):
        return say(NONE_OF_IT[limit.key])
    return f"{name_of(limit.key, policy)} {shown(limit.key, limit.value, policy)}"


def nothing_of_it(limit: Limit) -> bool:
    return limit.value == 0 and limit.key in NONE_OF_IT


def narrowed_words(limit: Limit, policy: Policy) -> tuple[str, str]:
    """From what was asked to what was granted: a unit that both have is said once."""
    asked, value = shown(limit.key, limit.asked, policy), shown(limit.key, limit.value, policy)
    number, _, unit = asked.partition(SPACE)
    return number if unit and value.endswith(unit) else asked, value


def if_words(condition: TermCondition, policy: Policy) -> str:
    """ "if invoiced yearly", "if contract length at least 36 months"."""
    words = lower(condition.sentence(policy)).replace("invoicing", "invoiced", 1)  # as English says it
    return say("if {condition}", condition=words)


def left_words(limit: Limit, value: Value | None, policy: Policy) -> str:
    """How much is left: "1.4 points", "none", "2.5 points over"."""
    gap, metric = room(limit, value, policy), metric_of(limit.key)
    if gap is None:
        return ""
    if gap == 0:
        return say("none")
    if metric is None or metric.unit in UNCOUNTED:
        return (
            say("up to {limit}", limit=shown(limit.key, limit.value, policy))
            if gap > 0
            else say("past the limit")
        )
    amount = metric.show_gap(gap, policy.currency)
    if gap > 0:
        return amount
    return (
        say("{amount} over", amount=amount)
        if metric.riskier == "higher"
        else say("{amount} under", amount=amount)
    )


def levels_words(needs: Mapping[str, int], granted: Granted) -> str:
    """Whom it would take: "Finance Director and Legal Counsel"; their own level where only their limit is
    in the way."""
    names: list[str] = []
    for function, level in needs.items():
        own = max((limit.level for limit in granted.limits if limit.function == function), default=0)
        names.append(
            granted.policy.level_name(function, level or own)
            if level or own
            else granted.policy.function(function).name
        )
    return listed(list(dict.fromkeys(names)))


def needs_of(answer: Answer) -> dict[str, int]:
    """The highest level each function would be needed at."""
    needs: dict[str, int] = {}
    for breach in answer.breaches:
        for function, level in breach.needs.items():
            needs[function] = max(level, needs.get(function, 0))
    return needs


def functions_words(functions: Iterable[str], policy: Policy) -> str:
    return listed([policy.function(function).name for function in functions])
