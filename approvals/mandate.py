"""The mandate: limits from what was asked, granted and narrowed, and the check of an offer. Pure."""

from collections.abc import Collection, Iterable, Mapping
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
    name_of,
    reading,
    risk,
    safer_of,
    settled,
    show,
)
from approvals.offered import Offered, answer_to
from deals.corner import pull_back
from deals.economics import measure
from deals.terms import Ask, Terms, World
from guardrails.evaluation import Evaluation, Finding, benches, evaluate
from guardrails.measured import Frame, Measured
from guardrails.policy import Policy

DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A tighter limit than was asked, and the function and level that gave it."""

    value: Value
    function: str
    level: int


Narrowings = Mapping[LimitKey, Narrowing]


def merge_narrowings(grants: Iterable[Narrowings], policy: Policy) -> dict[LimitKey, Narrowing]:
    """The narrowest of each key; of two alike the first."""
    narrowest: dict[LimitKey, Narrowing] = {}
    for key, narrowing in ((key, each) for grant in grants for key, each in grant.items()):
        held = narrowest.get(key)
        if held is None or risk(key, narrowing.value, policy) < risk(key, held.value, policy):
            narrowest[key] = narrowing
    return narrowest


def allowed_narrowing(
    key: LimitKey, value: Value, function: str, target: Measured, walk_away: Measured, policy: Policy
) -> str | None:
    """None when `function` may give this limit, else why not, in a sentence.

    A function narrows only what it judges itself, from walk-away to target, both included.
    """
    metric, name = metric_of(key), name_of(key, policy)
    if function not in judges_of(key, walk_away, policy):
        return f"{name} is not judged by {policy.function(function).name}."
    if metric and not metric.narrowable:
        return f"{name} follows from a clause. Narrow the clause."
    if settled(key, value) != value:
        return f"{name} goes in steps of {metric.step:f}." if metric else None
    return _outside_the_ask(key, value, target, walk_away, policy)


def _outside_the_ask(
    key: LimitKey, value: Value, target: Measured, walk_away: Measured, policy: Policy
) -> str | None:
    aim, end = reading(key, target), reading(key, walk_away)
    words = f"{name_of(key, policy)} {show(key, value, policy)}"
    place = risk(key, value, policy)
    if place > risk(key, end, policy) or (end is not None and place.is_infinite()):
        return f"{words} goes further than the {show(key, end, policy)} that is asked."
    if place < risk(key, aim, policy):
        return f"{words} is tighter than the target, {show(key, aim, policy)}. Ask for changes instead."
    return None


def allowed_condition(condition: Condition, target: Measured, policy: Policy) -> str | None:
    """None when the target keeps the condition, else why not: the target is inside every mandate."""
    if condition.met_by(target.values, target.clauses):
        return None
    aim = show(condition.key, reading(condition.key, target), policy)
    return f"{condition.sentence(policy)}: the target itself has {aim}. Ask for changes instead."


def crossed_ends(target: Measured, walk_away: Measured, policy: Policy) -> dict[LimitKey, str]:
    """Judged keys whose target is riskier than their walk-away, with a sentence: nothing may be granted
    between.

    Typed terms cannot cross where the brief is checked; a derived metric can, when several terms move at
    once.
    """
    keys = [
        *(bench.key for bench in benches(walk_away, policy)),
        *(each.limit_key for each in policy.clauses),
    ]
    ends = {key: (reading(key, target), reading(key, walk_away)) for key in keys}
    return {
        key: f"{name_of(key, policy)} is riskier at the target, {show(key, aim, policy)}, "
        f"than at the walk-away, {show(key, end, policy)}."
        for key, (aim, end) in ends.items()
        if risk(key, aim, policy) > risk(key, end, policy)
    }


def judges_of(key: LimitKey, measured: Measured, policy: Policy) -> tuple[str, ...]:
    """The functions whose ladders judge this metric in this frame, or the one that owns the clause."""
    clause = clause_of(key, policy)
    if clause:
        return (clause.function,)
    return tuple(bench.function for bench in benches(measured, policy) if bench.key == key)


def narrowed_corner(
    ask: Ask, narrowings: Mapping[LimitKey, Value], policy: Policy, world: World
) -> tuple[Terms, Measured, Evaluation]:
    """The walk-away with every narrowed term pulled back, measured and judged.

    A limit that is no tighter than what is asked moves nothing: a kept grant may allow more than is asked now.
    """
    lines = {key: value for key, value in narrowings.items() if key.partition("/")[0] == DISCOUNT}
    others = {key: value for key, value in narrowings.items() if key not in lines}
    moved = _tighter(others, ask.walk_away, policy, world)
    terms = pull_back(ask, moved, policy, world)
    if tighter := _tighter(lines, terms, policy, world):
        terms = pull_back(ask, {**moved, **tighter}, policy, world)
    measured = measure(terms, policy, world)
    return terms, measured, evaluate(measured, policy)


def _tighter(
    narrowings: Mapping[LimitKey, Value], terms: Terms, policy: Policy, world: World
) -> dict[LimitKey, Value]:
    """The narrowings that these terms do not keep yet. Others would pull them towards risk."""
    measured = measure(terms, policy, world)
    return {
        key: value
        for key, value in narrowings.items()
        if risk(key, value, policy) < risk(key, reading(key, measured), policy)
    }


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
    ground = _Ground(
        judged=judged,
        narrowings=narrowings,
        granted_by=granted_by,
        target=measure(ask.target, policy, world),
        walk_away=measure(ask.walk_away, policy, world),
        corner=narrowed_corner(ask, values, policy, world)[1],
        policy=policy,
    )
    metrics = [bench.key for bench in benches(ground.walk_away, policy)]
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
        functions=judges_of(key, ground.walk_away, policy) or (function,),
        standard=standard,
        target=reading(key, ground.target),
        asked=reading(key, ground.walk_away),
        granted_by=tuple(dict.fromkeys(granted_by)),
    )


def _signer(key: LimitKey, ground: _Ground) -> tuple[str, int, Value | None]:
    """Whose limit it is without any narrowing, the level that agreed to it, and where standard ends."""
    found, clause = ground.found(key), clause_of(key, ground.policy)
    ladders = [
        (bench.metric.sign * ladder.standard, ladder)
        for bench in benches(ground.walk_away, ground.policy)
        if bench.key == key
        for ladder in bench.ladders
    ]
    tightest = min(ladders, key=lambda each: each[0])[1] if ladders else None
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
