"""What human decisions granted so far: within one request, and on the deal before it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

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
    """Decisions that agreed to this request, and those kept from earlier ones: all levels of a climb."""
    kept = Step.objects.filter(
        request=request,
        status=Step.Status.KEPT,
        kept_from__step__request=OuterRef("step__request"),
        function=OuterRef("function"),
    )
    agreed = Decision.objects.filter(deal=request.deal_id, verdict__in=Decision.AGREEING)
    return list(agreed.filter(Q(step__request=request) | Q(Exists(kept))).select_related("step"))


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
    said: dict[str, list[Decision]] = defaultdict(list)
    decisions = Decision.objects.filter(deal=deal).select_related("step__request__revision")
    for decision in decisions.order_by("at", "pk"):
        said[decision.function].append(decision)
    return {function: last_grant(decisions) for function, decisions in said.items()}


def last_grant(decisions: Sequence[Decision]) -> LastGrant:
    """The last of a function's decisions, with what the levels below asked for in the same climb. Where the
    desk decided in its place the function has granted nothing, so it is asked again."""
    decision = decisions[-1]
    request = decision.step.request
    climb = [one for one in decisions if one.step.request_id == request.pk and one.agrees]
    return LastGrant(
        function=decision.function,
        level=decision.level,
        agreed=decision.agrees and not decision.overridden,
        expires_at=decision.expires_at,
        limits=values_from(decision.granted),
        conditions=union(one.term_conditions for one in climb),
        decision=decision.pk,
        frame=request.revision.ask.walk_away.frame,
    )
