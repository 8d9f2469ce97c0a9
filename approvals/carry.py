"""Who signs again when a new revision is asked, and whose last word still holds. Pure.

Keeping never renews or moves a grant: what is compared with is always the one human decision, so small
steps cannot creep.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from approvals.limit import (
    Condition,
    LimitKey,
    Value,
    name_of,
    present,
    reaches,
    reading,
    safer_of,
    show,
)
from base.words import say
from deals.terms import Ask
from guardrails.beyond import Beyond
from guardrails.evaluation import Evaluation
from guardrails.measured import Frame, Measured
from guardrails.policy import Policy


@dataclass(frozen=True, slots=True)
class LastGrant:
    """The last human decision of one function on a deal.

    `agreed`: False after a decline, or when it asked for changes. `limits`: how far each key of its own
    findings may go, and each key it narrowed; what it never granted is not there. `expires_at`: from then
    on of no use. `frame`: of the terms it decided on. `beyond`: the exceptions it agreed to.
    """

    function: str
    level: int
    agreed: bool
    expires_at: datetime | None
    limits: Mapping[LimitKey, Value] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    decision: int | None = None
    frame: Frame | None = None
    beyond: tuple[Beyond, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """It does not sign again. `limits`: the narrower of asked and granted. `decision`: the one that still
    holds.
    """

    limits: Mapping[LimitKey, Value]
    conditions: tuple[Condition, ...]
    decision: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it signs again. `key` is "" where it is not about one term."""

    key: LimitKey
    was: Value | None
    now: Value | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """It signs again, and sees what differs from what it last granted."""

    reasons: tuple[Reason, ...]


def carry(
    last: Mapping[str, LastGrant],
    evaluation: Evaluation,
    ask: Ask,
    walk_away: Measured,
    policy: Policy,
    now: datetime,
) -> dict[str, Kept | Reopened]:
    """Function → kept or reopened, for each function that is needed now and has decided on this deal before.

    `evaluation` and `walk_away` are of the new walk-away, under the policy in force now.
    """
    return {
        rule.key: _carried(last[rule.key], evaluation, ask, walk_away, policy, now)
        for rule in policy.functions
        if rule.key in last and evaluation.needs.get(rule.key)
    }


def _carried(
    grant: LastGrant, evaluation: Evaluation, ask: Ask, walk_away: Measured, policy: Policy, now: datetime
) -> Kept | Reopened:
    reasons = (
        *_of_the_decision(grant, evaluation, policy, now),
        *_of_the_frame(grant, ask),
        *_of_its_exceptions(grant, evaluation, walk_away),
        *_past_its_limits(grant, walk_away, policy),
        *_never_granted(grant, evaluation, policy),
        *_past_its_conditions(grant, ask, walk_away, policy),
    )
    if reasons:
        return Reopened(reasons)
    return Kept(_narrower(grant, walk_away, policy), grant.conditions, grant.decision)


def _of_the_decision(
    grant: LastGrant, evaluation: Evaluation, policy: Policy, now: datetime
) -> Iterator[Reason]:
    name = policy.function(grant.function).name
    if not grant.agreed:
        yield Reason("", None, None, say("{function} did not agree the last time.", function=name))
    elif grant.expires_at is not None and grant.expires_at <= now:
        yield Reason("", None, None, say("What {function} granted has run out.", function=name))
    needed = evaluation.needs[grant.function]
    if grant.agreed and needed > grant.level:
        level = policy.level_name(grant.function, needed)
        words = say("It needs {level} now; the last decision was made below.", level=level)
        yield Reason("", None, None, words)


def _of_the_frame(grant: LastGrant, ask: Ask) -> Iterator[Reason]:
    if grant.agreed and grant.frame is not None and grant.frame != ask.walk_away.frame:
        words = say("It was granted for another account, segment, region, deal type or currency.")
        yield Reason("", None, None, words)


def _of_its_exceptions(grant: LastGrant, evaluation: Evaluation, walk_away: Measured) -> Iterator[Reason]:
    """An exception is one ask: asked for in other words, for longer, or again after it was revoked, it is
    decided again."""
    found = evaluation.findings_of(grant.function) if grant.agreed else ()
    keys = {finding.key for finding in found if finding.exception == "asked"}
    for one in walk_away.beyond:
        if one.key in keys and one.standing is None and one not in grant.beyond:
            yield Reason(one.key, None, None, say("The exception was not granted as it is asked now."))


def _past_its_limits(grant: LastGrant, walk_away: Measured, policy: Policy) -> Iterator[Reason]:
    """Terms that go further than it granted. What is not there any more goes nowhere: a family not sold."""
    for key, granted in grant.limits.items():
        value = reading(key, walk_away)
        if present(key, walk_away) and not reaches(key, granted, value, policy):
            goes, went = (show(key, each, policy) for each in (value, granted))
            yield Reason(key, granted, value, past_words(name_of(key, policy), goes, went))


def past_words(name: str, value: str, limit: str) -> str:
    return say("{name} {value} is past the {limit} that was granted.", name=name, value=value, limit=limit)


def _never_granted(grant: LastGrant, evaluation: Evaluation, policy: Policy) -> Iterator[Reason]:
    """Findings that are new to it, and words that the library does not know: nothing to compare with."""
    if not grant.agreed:
        return
    for finding in evaluation.findings_of(grant.function):
        if finding.key not in grant.limits:
            value = finding.position if finding.clause else finding.value
            words = say("Not granted before. {sentence}", sentence=finding.sentence)
            yield Reason(finding.key, None, value, words)


def _past_its_conditions(grant: LastGrant, ask: Ask, walk_away: Measured, policy: Policy) -> Iterator[Reason]:
    for condition in grant.conditions:
        if not condition.met_by(ask.walk_away.values, walk_away.clauses):
            words = say("It was agreed on the condition: {condition}.", condition=condition.sentence(policy))
            yield Reason(condition.key, condition.value, reading(condition.key, walk_away), words)


def _narrower(grant: LastGrant, walk_away: Measured, policy: Policy) -> dict[LimitKey, Value]:
    asked = {key: reading(key, walk_away) for key in grant.limits}
    return {
        key: granted if (now := asked[key]) is None else safer_of(key, granted, now, policy)
        for key, granted in grant.limits.items()
    }
