"""The mandate: limits from what was asked, granted and narrowed, and the check of an offer. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.answer import Answer
from approvals.limit import (
    Condition,
    Limit,
    LimitKey,
    Source,
    Value,
    clause_of,
    metric_of,
    reading,
    risk,
    safer_of,
)
from approvals.narrowing import (
    Narrowing,
    Narrowings,
    allowed_condition,
    allowed_narrowing,
    crossed_ends,
    judges_among,
    merge_narrowings,
    narrowed_corner,
)
from approvals.offered import Offered, answer_to
from deals.economics import measure
from deals.terms import Ask, Terms, World
from guardrails.evaluation import Bench, Evaluation, Finding, benches
from guardrails.ladder import Ladder
from guardrails.measured import Frame, Measured
from guardrails.policy import Policy

__all__ = [
    "Narrowing",
    "allowed_condition",
    "allowed_narrowing",
    "check",
    "crossed_ends",
    "limits",
    "merge_narrowings",
    "narrowed_corner",
]


@dataclass(frozen=True, slots=True)
class _Ground:
    """All that a limit is taken from."""

    judged: Evaluation
    narrowings: Narrowings
    granted_by: Mapping[str, int]
    target: Measured
    walk_away: Measured
    corner: Measured
    policy: Policy
    benches: tuple[Bench, ...]

    def ladders(self, key: LimitKey) -> tuple[Ladder, ...]:
        """All that judge this key, the one where standard ends first before the others."""
        ladders = (ladder for bench in self.benches if bench.key == key for ladder in bench.ladders)
        return tuple(sorted(ladders, key=lambda ladder: ladder.metric.sign * ladder.standard))

    def found(self, key: LimitKey) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.judged.findings if finding.key == key)


def limits(
    ask: Ask,
    judged: Evaluation,
    narrowings: Narrowings,
    granted_by: Mapping[str, int],
    policy: Policy,
    world: World,
) -> tuple[Limit, ...]:
    """One limit for each metric and clause that is judged at the walk-away, metrics first.

    As asked where there was a finding, the narrowest grant where narrowed, the standard threshold where
    there was none; derived metrics are measured at the corner. `granted_by`: function → the level that
    agreed.
    """
    values = {key: narrowing.value for key, narrowing in narrowings.items()}
    walk_away = measure(ask.walk_away, policy, world)
    ground = _Ground(
        judged=judged,
        narrowings=narrowings,
        granted_by=granted_by,
        target=measure(ask.target, policy, world),
        walk_away=walk_away,
        corner=narrowed_corner(ask, values, policy, world)[1],
        policy=policy,
        benches=benches(walk_away, policy),
    )
    metrics = [bench.key for bench in ground.benches]
    clauses = [clause.limit_key for clause in policy.clauses]
    return tuple(_limit(key, ground) for key in dict.fromkeys([*metrics, *narrowings, *clauses]))


def _limit(key: LimitKey, ground: _Ground) -> Limit:
    found, narrowing, policy = ground.found(key), ground.narrowings.get(key), ground.policy
    function, level, standard = _signer(key, ground)
    value, source = _unnarrowed(key, ground, standard)
    granted_by = [finding.function for finding in found]
    if narrowing and risk(key, narrowing.value, policy) < risk(key, value, policy):
        value, source, function, level = narrowing.value, "narrowed", narrowing.function, narrowing.level
        granted_by.append(function)
    return Limit(
        key=key,
        value=value,
        source=source,
        function=function,
        level=level,
        functions=judges_among(key, ground.benches, policy) or (function,),
        standard=standard,
        target=reading(key, ground.target),
        asked=reading(key, ground.walk_away),
        granted_by=tuple(dict.fromkeys(granted_by)),
    )


def _signer(key: LimitKey, ground: _Ground) -> tuple[str, int, Value | None]:
    """Whose limit it is without any narrowing, the level that agreed to it, and where standard ends."""
    found, clause = ground.found(key), clause_of(key, ground.policy)
    tightest = next(iter(ground.ladders(key)), None)
    standard = clause.free.key if clause else tightest.standard if tightest else None
    if found:
        function = found[0].function
        return function, ground.granted_by.get(function, found[0].level), standard
    owner = clause or tightest
    return owner.function if owner else ground.narrowings[key].function, 0, standard


def _unnarrowed(key: LimitKey, ground: _Ground, standard: Value | None) -> tuple[Value | None, Source]:
    if not ground.found(key):
        return standard, "standard"
    metric, asked = metric_of(key), reading(key, ground.walk_away)
    if metric and (metric.derived_limit or not metric.narrowable):
        return _at_the_corner(key, asked, ground), "derived"
    return asked, "asked"


def _at_the_corner(key: LimitKey, asked: Value | None, ground: _Ground) -> Value | None:
    """What is measured at the corner: never more than was asked, and never so little that the target is
    outside.
    """
    there, aim = reading(key, ground.corner), reading(key, ground.target)
    if there is None:
        return asked
    if aim is not None and risk(key, aim, ground.policy) > risk(key, there, ground.policy):
        there = aim
    return there if asked is None else safer_of(key, asked, there, ground.policy)


def check(  # noqa: PLR0913  each is one of the five things an offer is compared with
    limits: Collection[Limit],
    conditions: Collection[Condition],
    terms: Terms,
    *,
    frame: Frame,
    measured: Measured,
    evaluation: Evaluation,
    good_until: datetime,
    expires_at: datetime,
    policy: Policy,
    known_texts: Collection[LimitKey] = (),
) -> Answer:
    """Whether an offer lies inside a mandate: same frame, every limit, every condition, nothing that would
    need someone who did not grant it, valid no longer than the mandate. Broken limits are an answer, never
    an exception.

    `frame`: of the mandate. `evaluation`: of `measured`, under the mandate's pinned `policy`. `good_until`,
    `expires_at`: the first instants at which offer and mandate are no longer good. `known_texts`: clauses
    whose own wording is word by word the one that was granted.
    """
    offered = Offered(terms, measured, evaluation, policy, frozenset(known_texts))
    return answer_to(
        offered,
        tuple(limits),
        tuple(conditions),
        same_frame=terms.frame == frame,
        in_time=good_until <= expires_at,
    )
