"""How the answer to an offer reads, limit by limit. What is kept reads as it did on its day; whoever reads
another language than the house is told the same in theirs. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from approvals.answer import FRAME, GOOD_UNTIL, IF, Answer, Breach, ConditionRow, Row
from approvals.limit import Condition, LimitKey, Value, metric_of, name_of, risk, show
from base.locales import HOUSE, current, speaking
from base.words import mark, say
from guardrails.policy import Policy

OTHER_FRAME = mark("The mandate was granted for another account, segment, region, deal type or currency.")
TOO_LONG = mark("The offer is good for longer than the mandate lasts.")
NOT_KEPT = mark("It was granted on a condition that the offer does not keep: {condition}.")
NOTHING_OF_IT = mark("{name}: nothing of it is offered.")
NEVER = mark("This was never granted.")
UNCOUNTED = ("invoices", "month", "position")  # no distance between two of them can be said


def gap(key: LimitKey, limit: Value | None, value: Value | None, policy: Policy) -> Decimal | None:
    """How far a value may still move towards risk; negative past the limit, None where it cannot be said."""
    left = risk(key, limit, policy) - risk(key, value, policy) if value is not None else None
    return left if left is not None and left.is_finite() else None


def inside_words(key: LimitKey, value: Value | None, limit: Value | None, policy: Policy) -> str:
    """ "Discount 18.6 % is inside the limit of 20.0 %, 1.4 points left."."""
    left, metric = gap(key, limit, value, policy), metric_of(key)
    said = {"name": name_of(key, policy), "value": show(key, value, policy)}
    if limit is None:
        words = mark("{name} {value} is as it was granted.")
        return say(words if value is None else mark("{name} {value} is standard."), **said)
    if left == 0:
        return say("{name} {value} is at the limit, none left.", **said)
    said["limit"] = show(key, limit, policy)
    if left is None or metric is None or metric.unit in UNCOUNTED:
        return say("{name} {value} is inside the limit of {limit}.", **said)
    said["left"] = metric.show_gap(left, policy.currency)
    return say("{name} {value} is inside the limit of {limit}, {left} left.", **said)


def over_words(key: LimitKey, value: Value | None, limit: Value | None, policy: Policy) -> str:
    """ "Discount 22.5 % is 2.5 points over the limit of 20.0 %."."""
    left, metric = gap(key, limit, value, policy), metric_of(key)
    said = {
        "name": name_of(key, policy),
        "value": show(key, value, policy),
        "limit": show(key, limit, policy),
    }
    if left is None or metric is None or metric.unit in UNCOUNTED:
        return say("{name} {value} is past the limit of {limit}.", **said)
    said["gap"] = metric.show_gap(left, policy.currency)
    if metric.riskier == "higher":
        return say("{name} {value} is {gap} over the limit of {limit}.", **said)
    return say("{name} {value} is {gap} under the limit of {limit}.", **said)


def retold(answer: Answer, policy: Policy, conditions: Iterable[Condition] = ()) -> Answer:
    """The answer in the reader's language: its names, its sentences, and those of these `conditions`. In the
    language of the house it stays as it was kept; so do the findings that an answer quotes."""
    if current() == HOUSE:
        return answer
    with speaking(HOUSE):
        known = {one.sentence(policy): one for one in conditions}
    again = {kept: one.sentence(policy) for kept, one in known.items()}
    return replace(
        answer,
        rows=tuple(_row(row, policy) for row in answer.rows),
        breaches=tuple(_breach(breach, policy, again) for breach in answer.breaches),
        conditions=tuple(_condition(one, again) for one in answer.conditions),
    )


def _row(row: Row, policy: Policy) -> Row:
    name = name_of(row.key, policy)
    if row.sentence.startswith(NEVER):
        words = _never(row.sentence)
    elif row.sentence == NOTHING_OF_IT.format(name=row.name):
        words = say(NOTHING_OF_IT, name=name)
    else:
        worded = over_words if row.over else inside_words
        words = worded(row.key, row.value, row.limit, policy)
    return replace(row, name=name, sentence=words)


def _breach(breach: Breach, policy: Policy, conditions: dict[str, str]) -> Breach:
    fixed = {FRAME: OTHER_FRAME, GOOD_UNTIL: TOO_LONG}.get(breach.key)
    if fixed:
        words = say(fixed)
    elif breach.key.startswith(IF):
        by_sentence = {NOT_KEPT.format(condition=kept): again for kept, again in conditions.items()}
        told = by_sentence.get(breach.sentence)
        words = say(NOT_KEPT, condition=told) if told else breach.sentence
    elif breach.sentence.startswith(NEVER):
        words = _never(breach.sentence)
    else:
        words = over_words(breach.key, breach.value, breach.limit, policy)
    return replace(breach, sentence=words)


def _condition(row: ConditionRow, conditions: dict[str, str]) -> ConditionRow:
    return replace(row, sentence=conditions.get(row.sentence, row.sentence))


def _never(sentence: str) -> str:
    """The findings that follow stand as they were kept."""
    return f"{say(NEVER)}{sentence.removeprefix(NEVER)}"
