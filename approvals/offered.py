"""One offer beside the limits of a mandate, term by term. Pure; `approvals.mandate.check` is the way in."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from approvals.answer import FRAME, GOOD_UNTIL, IF, Answer, Breach, ConditionRow, Row
from approvals.limit import (
    CLAUSE,
    Condition,
    Limit,
    LimitKey,
    Value,
    name_of,
    present,
    reading,
    within,
)
from approvals.offer_words import (
    NEVER,
    NOT_KEPT,
    NOTHING_OF_IT,
    OTHER_FRAME,
    TOO_LONG,
    gap,
    inside_words,
    over_words,
)
from base.locales import HOUSE, speaking
from base.words import say
from deals.terms import Terms
from guardrails.evaluation import Evaluation, Finding
from guardrails.measured import Measured
from guardrails.policy import Policy


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, measured and judged under the policy that the mandate is pinned to."""

    terms: Terms
    measured: Measured
    evaluation: Evaluation
    policy: Policy
    known_texts: frozenset[LimitKey] = frozenset()

    def value(self, key: LimitKey) -> Value | None:
        return reading(key, self.measured)

    def found(self, key: LimitKey) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.evaluation.findings if finding.key == key)

    def over(self, limit: Limit) -> bool:
        """Past the limit, or in need of a function that did not grant it."""
        key, value = limit.key, self.value(limit.key)
        if any(finding.never or finding.function not in limit.granted_by for finding in self.found(key)):
            return True
        if not present(key, self.measured):
            return False
        if key.startswith(CLAUSE) and value is None:
            return limit.value is not None or key not in self.known_texts
        return not within(limit, value, self.policy)


@speaking(HOUSE)  # it is kept
def answer_to(
    offered: Offered,
    limits: tuple[Limit, ...],
    conditions: tuple[Condition, ...],
    *,
    same_frame: bool,
    in_time: bool,
) -> Answer:
    """Every limit for itself, then what nobody ever granted, then the conditions."""
    limited = {limit.key for limit in limits}
    news = dict.fromkeys(each.key for each in offered.evaluation.findings if each.key not in limited)
    kept = tuple(_condition_row(condition, offered) for condition in conditions)
    return Answer(
        rows=(*(_row(limit, offered) for limit in limits), *(_new_row(key, offered) for key in news)),
        breaches=(
            *_frame_breach(offered, same_frame),
            *(_breach(limit, offered) for limit in limits if offered.over(limit)),
            *(_new_breach(key, offered) for key in news),
            *(_condition_breach(row) for row in kept if not row.met),
            *_time_breach(in_time),
        ),
        conditions=kept,
    )


def _row(limit: Limit, offered: Offered) -> Row:
    value, over = offered.value(limit.key), offered.over(limit)
    return Row(
        key=limit.key,
        name=name_of(limit.key, offered.policy),
        value=value,
        limit=limit.value,
        over=over,
        room=room(limit, value, offered.policy),
        sentence=_over_words(limit, offered) if over else _inside_words(limit, offered),
        functions=tuple(_needs(limit, offered)) if over else limit.granted_by or (limit.function,),
        source=limit.source,
    )


def _new_row(key: LimitKey, offered: Offered) -> Row:
    found = offered.found(key)
    return Row(
        key=key,
        name=name_of(key, offered.policy),
        value=offered.value(key),
        limit=None,
        over=True,
        room=None,
        sentence=_never_granted(found),
        functions=tuple(_levels(found)),
    )


def _breach(limit: Limit, offered: Offered) -> Breach:
    return Breach(
        key=limit.key,
        value=offered.value(limit.key),
        limit=limit.value,
        needs=_needs(limit, offered),
        sentence=_over_words(limit, offered),
        never=any(finding.never for finding in offered.found(limit.key)),
    )


def _new_breach(key: LimitKey, offered: Offered) -> Breach:
    found = offered.found(key)
    never = any(finding.never for finding in found)
    return Breach(key, offered.value(key), None, _levels(found), _never_granted(found), never)


def _frame_breach(offered: Offered, same_frame: bool) -> Iterator[Breach]:
    if not same_frame:
        yield Breach(FRAME, None, None, offered.evaluation.needs, say(OTHER_FRAME))


def _time_breach(in_time: bool) -> Iterator[Breach]:
    if not in_time:
        yield Breach(GOOD_UNTIL, None, None, {}, say(TOO_LONG))


def _condition_row(condition: Condition, offered: Offered) -> ConditionRow:
    terms = offered.terms
    return ConditionRow(
        key=condition.key,
        sentence=condition.sentence(offered.policy),
        met=condition.met_by(terms.values, offered.measured.clauses),
        function=condition.function,
    )


def _condition_breach(row: ConditionRow) -> Breach:
    return Breach(f"{IF}{row.key}", None, None, {row.function: 0}, say(NOT_KEPT, condition=row.sentence))


def _needs(limit: Limit, offered: Offered) -> dict[str, int]:
    """Each function that limits this key or would be needed at the new value, with the level needed."""
    needed = _levels(offered.found(limit.key))
    owners = dict.fromkeys([*limit.granted_by, *needed]) or {limit.function: None}
    return {function: needed.get(function, 0) for function in owners}


def _levels(found: tuple[Finding, ...]) -> dict[str, int]:
    return {finding.function: finding.level for finding in found}


def _inside_words(limit: Limit, offered: Offered) -> str:
    key, policy = limit.key, offered.policy
    if not present(key, offered.measured):
        return say(NOTHING_OF_IT, name=name_of(key, policy))
    return inside_words(key, offered.value(key), limit.value, policy)


def _over_words(limit: Limit, offered: Offered) -> str:
    key, value, policy = limit.key, offered.value(limit.key), offered.policy
    left = gap(key, limit.value, value, policy)
    if left is not None and left >= 0:  # within the number, but not granted by all who are needed
        return _never_granted(offered.found(key))
    return over_words(key, value, limit.value, policy)


def _never_granted(found: tuple[Finding, ...]) -> str:
    return " ".join([say(NEVER), *(finding.sentence for finding in found)])


def room(limit: Limit, value: Value | None, policy: Policy) -> Decimal | None:
    """How far a value may still move towards risk; negative past the limit, None where it cannot be said."""
    return gap(limit.key, limit.value, value, policy)
