"""Who must agree, in which order: from what was found to the steps of a request. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from guardrails.evaluation import Evaluation, Finding
from guardrails.level import FunctionRule, shortened
from guardrails.policy import Policy, Pool


@dataclass(frozen=True, slots=True)
class Desk:
    """What routing knows of the people: who may decide for (function, level), already free of conflict.

    `rules`: how many of them must; where it says nothing, any one. `percents`: function → how much of the
    usual time it has."""

    pools: Mapping[tuple[str, int], tuple[int, ...]]
    policy: Policy
    rules: Mapping[tuple[str, int], Pool] = field(default_factory=dict)
    percents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One level of one function, to be asked.

    `stage`: 1 side by side, 2 (executives) after them. `order`: 1, 2, … in the climb of its function.
    `findings`: the limit keys it is asked for. `allowance`: working minutes. `routable`: False when nobody
    may decide it, or fewer than must; such a step waits in a queue of its own, it is never passed over.
    `needed`: how many of the pool must agree.
    """

    function: str
    level: int
    stage: int
    order: int
    pool: tuple[int, ...]
    findings: tuple[str, ...]
    allowance: int
    routable: bool
    needed: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole route, stage by stage. `never`: what nobody may grant: such an ask is not sent."""

    steps: tuple[PlannedStep, ...]
    never: tuple[Finding, ...]


def route(evaluation: Evaluation, desk: Desk, kept: Collection[str] = ()) -> Plan:
    """The steps an evaluation needs: total and deterministic. Functions in `kept` do not sign again.

    A direct function is asked at the highest level it needs, one that climbs at each of its levels up to
    there.
    """
    needs = evaluation.needs
    asked = [rule for rule in desk.policy.functions if needs.get(rule.key) and rule.key not in kept]
    steps = tuple(
        planned(rule.key, level, order, evaluation, desk)
        for rule in sorted(asked, key=lambda rule: rule.stage)
        for order, level in enumerate(levels_asked(rule, needs[rule.key], desk.policy), start=1)
    )
    return Plan(steps=steps, never=evaluation.never)


def levels_asked(rule: FunctionRule, needed: int, policy: Policy) -> tuple[int, ...]:
    """The levels of one function that sign when `needed` is the highest its findings need."""
    if rule.route == "direct":
        return (needed,)
    return tuple(level.rank for level in policy.levels_of(rule.key) if level.rank <= needed)


def planned(function: str, level: int, order: int, evaluation: Evaluation, desk: Desk) -> PlannedStep:
    """One step. In a climb a level is not asked for what a level below it settles."""
    rule = desk.policy.function(function)
    pool = desk.pools.get((function, level), ())
    needed = desk.rules.get((function, level), Pool()).needed(len(pool))
    return PlannedStep(
        function=function,
        level=level,
        stage=rule.stage,
        order=order,
        pool=pool,
        findings=keys_for(rule, level, evaluation),
        allowance=shortened(desk.policy.level(function, level).allowance, desk.percents.get(function, 100)),
        routable=len(pool) >= needed,
        needed=needed,
    )


def keys_for(rule: FunctionRule, level: int, evaluation: Evaluation) -> tuple[str, ...]:
    """Limit keys of a step, each once, as the evaluation lists them."""
    found = evaluation.findings_of(rule.key)
    return tuple(
        dict.fromkeys(finding.key for finding in found if rule.route == "direct" or finding.level >= level)
    )
