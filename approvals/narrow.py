"""Agreeing up to a limit: what a function may narrow, and how far its grant reaches then."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from approvals.grants import in_force
from approvals.limit import Value, safer_of
from approvals.mandate import allowed_narrowing, narrowed_corner
from approvals.models import Decision, Step
from base.errors import Invalid
from guardrails.evaluation import Evaluation
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy

if TYPE_CHECKING:
    from approvals.decide import Ruling


def refuse_limits(step: Step, ruling: Ruling) -> None:
    """Raise Invalid, by field, for limits this function may not give, or whose corner needs someone new."""
    if ruling.verdict != Decision.Verdict.UP_TO:
        return
    policy, revision = step.request.version.policy, step.request.revision
    target, walk_away = revision.measured("target"), revision.measured("walk_away")
    faults = {
        key: fault
        for key, value in ruling.limits.items()
        if (fault := allowed_narrowing(key, value, step.function, target, walk_away, policy))
    }
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    refuse_new_findings(step, effect_of(step, ruling.limits)[1])


def effect_of(step: Step, limits: Mapping[str, Value]) -> tuple[Measured, Evaluation]:
    """What is measured and judged at the corner if `limits` join what is already in force. Writes nothing."""
    policy, revision = step.request.version.policy, step.request.revision
    held: dict[str, Value] = {
        key: one.value for key, one in in_force(step.request, policy).narrowings.items()
    }
    for key, value in limits.items():
        held[key] = safer_of(key, held[key], value, policy) if key in held else value
    _, measured, judged = narrowed_corner(revision.ask, held, policy, revision.world)
    return measured, judged


def refuse_new_findings(step: Step, corner: Evaluation) -> None:
    """Pulling one term back must not make another need someone who was not asked."""
    before = {(finding.key, finding.function): finding.level for finding in step.request.judged.findings}
    fresh = [
        one for one in corner.findings if one.level > before.get((one.key, one.function), 0) or one.never
    ]
    if fresh:
        raise Invalid(
            "These limits need someone who was not asked: " + " ".join(finding.sentence for finding in fresh),
            field="limits",
        )


def reach(
    asked: Mapping[str, Value | None],
    narrowed: Mapping[str, Value],
    corner: Measured | None,
    policy: Policy,
) -> dict[str, Value]:
    """Limit key → how far a grant goes: as narrowed, as follows from that when derived, else as asked."""
    granted = {key: value for key, value in asked.items() if value is not None}
    for key in granted:
        metric = METRICS.get(key)
        measured = corner.values.get(key) if corner else None
        if metric and metric.derived_limit and isinstance(measured, Decimal):
            granted[key] = safer_of(key, granted[key], measured, policy)
    for key, value in narrowed.items():
        granted[key] = safer_of(key, granted[key], value, policy) if key in granted else value
    return granted
