"""Agreeing to less than was asked: who may narrow what, and the terms that are left. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approvals.limit import (
    Condition,
    LimitKey,
    Value,
    clause_of,
    metric_of,
    name_of,
    reading,
    risk,
    settled,
    show,
)
from base.format import number
from base.words import say
from deals.corner import pull_back
from deals.economics import measure
from deals.terms import Ask, Terms, World
from guardrails.evaluation import Bench, Evaluation, benches, evaluate
from guardrails.measured import Measured
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
        rule = policy.function(function)
        return say("{name} is not judged by {function}.", name=name, function=rule.name)
    if metric and not metric.narrowable:
        return say("{name} follows from a clause. Narrow the clause.", name=name)
    if metric and settled(key, value) != value:
        return say("{name} goes in steps of {step}.", name=name, step=number(metric.step))
    if _is_never(key, value, policy):
        return say("{name} {value} is never granted.", name=name, value=show(key, value, policy))
    return _outside_the_ask(key, value, target, walk_away, policy)


def _is_never(key: LimitKey, value: Value, policy: Policy) -> bool:
    clause = clause_of(key, policy)
    position = clause.position(value) if clause and isinstance(value, str) else None
    return position is not None and position.level is None


def _outside_the_ask(
    key: LimitKey, value: Value, target: Measured, walk_away: Measured, policy: Policy
) -> str | None:
    aim, end = reading(key, target), reading(key, walk_away)
    name, shown = name_of(key, policy), show(key, value, policy)
    place = risk(key, value, policy)
    if place.is_infinite() or place > risk(key, end, policy):
        return say(
            "{name} {value} goes further than the {asked} that is asked.",
            name=name,
            value=shown,
            asked=show(key, end, policy),
        )
    if place < risk(key, aim, policy):
        return say(
            "{name} {value} is tighter than the target, {target}. Ask for changes instead.",
            name=name,
            value=shown,
            target=show(key, aim, policy),
        )
    return None


def allowed_condition(condition: Condition, target: Measured, policy: Policy) -> str | None:
    """None when the target keeps the condition, else why not: the target is inside every mandate."""
    if condition.met_by(target.values, target.clauses):
        return None
    aim = show(condition.key, reading(condition.key, target), policy)
    return say(
        "{condition}: the target itself has {value}. Ask for changes instead.",
        condition=condition.sentence(policy),
        value=aim,
    )


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
        key: say(
            "{name} is riskier at the target, {target}, than at the walk-away, {walk_away}.",
            name=name_of(key, policy),
            target=show(key, aim, policy),
            walk_away=show(key, end, policy),
        )
        for key, (aim, end) in ends.items()
        if risk(key, aim, policy) > risk(key, end, policy)
    }


def judges_of(key: LimitKey, measured: Measured, policy: Policy) -> tuple[str, ...]:
    """The functions whose ladders judge this metric in this frame, or the one that owns the clause, and those
    asked for an exception from it."""
    judges = judges_among(key, benches(measured, policy), policy)
    found = evaluate(measured, policy).findings if measured.beyond else ()
    asked = (one.function for one in found if one.key == key and one.exception == "asked")
    return tuple(dict.fromkeys([*judges, *asked]))


def judges_among(key: LimitKey, seats: tuple[Bench, ...], policy: Policy) -> tuple[str, ...]:
    clause = clause_of(key, policy)
    if clause:
        return (clause.function,)
    return tuple(bench.function for bench in seats if bench.key == key)


def narrowed_corner(
    ask: Ask, narrowings: Mapping[LimitKey, Value], policy: Policy, world: World
) -> tuple[Terms, Measured, Evaluation]:
    """The walk-away with every narrowed term pulled back, measured and judged.

    A limit that is no tighter than what is asked moves nothing: a kept grant may allow more than is asked. No
    discount becomes more than was asked, as it could where a longer term gives recurring lines more weight.
    """
    lines = _discounts(ask, narrowings, policy, world)
    others = {key: value for key, value in narrowings.items() if key not in lines}
    moved = _tighter(others, ask.walk_away, policy, world)
    terms = pull_back(ask, moved, policy, world)
    if tighter := _tighter(lines, terms, policy, world):
        terms = pull_back(ask, {**moved, **tighter}, policy, world)
    measured = measure(terms, policy, world)
    return terms, measured, evaluate(measured, policy)


def _discounts(
    ask: Ask, narrowings: Mapping[LimitKey, Value], policy: Policy, world: World
) -> dict[LimitKey, Value]:
    """How much discount is left, of all lines and of each family: what is asked, or less."""
    walk_away = measure(ask.walk_away, policy, world)
    keys = [DISCOUNT, *(f"{DISCOUNT}/{family}" for family in walk_away.by_family)]
    bounds = ((key, (narrowings.get(key), reading(key, walk_away))) for key in keys)
    return {
        key: min(known, key=lambda bound: risk(key, bound, policy))
        for key, pair in bounds
        if (known := [bound for bound in pair if bound is not None])
    }


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
