"""Agreeing up to a limit: what a function may narrow, and how far its grant reaches then."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from approvals.answer import IF
from approvals.grants import agreeing, in_force, narrowings_of, values_from
from approvals.limit import Condition, Value, metric_of, reading, safer_of, told
from approvals.mandate import allowed_condition, allowed_narrowing, merge_narrowings, narrowed_corner
from approvals.models import Decision, Request, Step
from base.errors import Invalid
from base.words import say
from guardrails.evaluation import Evaluation
from guardrails.measured import Measured
from guardrails.policy import Policy

if TYPE_CHECKING:
    from approvals.decide import Ruling


def refuse_limits(step: Step, ruling: Ruling) -> None:
    """Raise Invalid, by field, for limits and conditions this function may not give, and for limits whose
    corner needs someone new."""
    if ruling.verdict != Decision.Verdict.UP_TO:
        return
    policy, revision = step.request.version.policy, step.request.revision
    target, walk_away = revision.measured("target"), revision.measured("walk_away")
    faults = {
        key: fault
        for key, value in ruling.limits.items()
        if (fault := allowed_narrowing(key, value, step.function, target, walk_away, policy))
    }
    for condition in ruling.conditions:
        if fault := fault_of(condition, step, target, policy):
            faults[f"{IF}{condition.key}"] = fault
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    refuse_new_findings(step, effect_of(step, ruling.limits)[1])


def fault_of(condition: Condition, step: Step, target: Measured, policy: Policy) -> str | None:
    if condition.function != step.function:
        function = policy.function(step.function).name
        return say("{function} asks in return for itself alone.", function=function)
    return allowed_condition(condition, target, policy)


def effect_of(step: Step, limits: Mapping[str, Value]) -> tuple[Measured, Evaluation]:
    """What is measured and judged at the corner if `limits` join what is already in force. Writes nothing."""
    policy, revision = step.request.version.policy, step.request.revision
    held: dict[str, Value] = {
        key: one.value for key, one in in_force(step.request, policy).narrowings.items()
    }
    joined = tightened(held, limits, policy)
    _, measured, judged = narrowed_corner(revision.ask, joined, policy, revision.world)
    return measured, judged


def tightened(held: Mapping[str, Value], limits: Mapping[str, Value], policy: Policy) -> dict[str, Value]:
    """Both together, the narrower of each key."""
    joined = dict(held)
    for key, value in limits.items():
        joined[key] = safer_of(key, joined[key], value, policy) if key in joined else value
    return joined


def refuse_new_findings(step: Step, corner: Evaluation) -> None:
    """Pulling one term back must not make another need someone who was not asked, or not any more."""
    before = {(finding.key, finding.function): finding.level for finding in step.request.judged.findings}
    asked = levels_asked(step.request)
    fresh = [
        one
        for one in corner.findings
        if one.never or one.level > min(before.get((one.key, one.function), 0), asked.get(one.function, 0))
    ]
    if fresh:
        policy = step.request.version.policy
        words = " ".join(told(finding, policy) for finding in fresh)
        raise Invalid(
            say("These limits need someone who was not asked: {words}", words=words), field="limits"
        )


def levels_asked(request: Request) -> dict[str, int]:
    """Function → the highest level that has signed or still will. A step that fell away asks nobody."""
    steps = request.steps.exclude(status=Step.Status.NOT_NEEDED).order_by("level")
    return {step.function: step.level for step in steps}


def granted_by(step: Step, ruling: Ruling) -> dict[str, Value]:
    """How far each term this function judges may go by this answer: as asked, or as it was narrowed on the
    screen: by this function so far, and by all stages before it."""
    if ruling.verdict not in Decision.AGREEING:
        return {}
    policy, revision = step.request.version.policy, step.request.revision
    before = [
        one for one in agreeing(step.request) if one.function == step.function or one.step.stage < step.stage
    ]
    known = merge_narrowings([narrowings_of(one) for one in before], policy)
    narrowed = tightened({key: one.value for key, one in known.items()}, ruling.limits, policy)
    asked = {
        finding.key: finding.position if finding.clause else finding.value
        for finding in step.request.judged.findings_of(step.function)
    }
    own = {key for one in before if one.function == step.function for key in values_from(one.limits)}
    mine = {key: value for key, value in narrowed.items() if key in {*asked, *own, *ruling.limits}}
    corner = narrowed_corner(revision.ask, narrowed, policy, revision.world)[1] if narrowed else None
    return reach(asked, mine, corner, policy)


def reach(
    asked: Mapping[str, Value | None],
    narrowed: Mapping[str, Value],
    corner: Measured | None,
    policy: Policy,
) -> dict[str, Value]:
    """Limit key → how far a grant goes: as narrowed, as follows from that when derived, else as asked."""
    granted = {key: value for key, value in asked.items() if value is not None}
    for key in granted:
        metric = metric_of(key)
        measured = reading(key, corner) if corner else None
        if metric and metric.derived_limit and isinstance(measured, Decimal):
            granted[key] = safer_of(key, granted[key], measured, policy)
    for key, value in narrowed.items():
        granted[key] = safer_of(key, granted[key], value, policy) if key in granted else value
    return granted
