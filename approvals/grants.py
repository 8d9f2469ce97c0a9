"""What human decisions granted so far: within one request, and on the deal before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from approvals.carry import LastGrant
from approvals.limit import Condition, Value, read
from approvals.mandate import Narrowing, merge_narrowings
from approvals.models import Decision, Request, Step
from deals.models import Deal
from guardrails.policy import Policy


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything narrowed and asked in return in one request, kept decisions included.

    `levels`: function → the level that agreed."""

    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)


def values_from(text: str) -> dict[str, Value]:
    """Limit key → number or clause position, as stored on a decision."""
    loaded: dict[str, str] = json.loads(text)
    return {key: value for key, spelled in loaded.items() if (value := read(key, spelled)) is not None}


def agreeing(request: Request) -> list[Decision]:
    """Decisions that agreed to this request, and those kept from earlier ones."""
    steps = Step.objects.filter(request=request)
    own = Decision.objects.filter(step__in=steps, verdict__in=Decision.AGREEING)
    kept = Decision.objects.filter(pk__in=steps.filter(status=Step.Status.KEPT).values("kept_from"))
    return [*own, *kept]


def in_force(request: Request, policy: Policy) -> InForce:
    """The narrowest of every grant behind this request, with the union of what was asked in return."""
    decisions = sorted(agreeing(request), key=lambda decision: decision.level)
    return InForce(
        narrowings=merge_narrowings([narrowings_of(decision) for decision in decisions], policy),
        conditions=union(decision.term_conditions for decision in decisions),
        levels={decision.function: decision.level for decision in decisions},
    )


def narrowings_of(decision: Decision) -> dict[str, Narrowing]:
    held = values_from(decision.limits)
    return {key: Narrowing(value, decision.function, decision.level) for key, value in held.items()}


def union(groups: Iterable[tuple[Condition, ...]]) -> tuple[Condition, ...]:
    """Each condition once, in the order first asked."""
    return tuple(dict.fromkeys(condition for group in groups for condition in group))


def last_grants(deal: Deal, policy: Policy) -> dict[str, LastGrant]:
    """Function → its last human decision on this deal. Asking for changes grants nothing, like declining."""
    latest = Decision.objects.filter(deal=deal).order_by("function", "-at", "-pk").distinct("function")
    return {decision.function: last_grant(decision) for decision in latest}


def last_grant(decision: Decision) -> LastGrant:
    return LastGrant(
        function=decision.function,
        level=decision.level,
        agreed=decision.agrees,
        expires_at=decision.expires_at,
        limits=values_from(decision.granted),
        conditions=decision.term_conditions,
        decision=decision.pk,
    )
