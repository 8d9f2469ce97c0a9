"""What human decisions granted so far: within one request, and on the deal before it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from approvals.carry import LastGrant
from approvals.limit import Condition, Value, read, safer_of
from approvals.mandate import Narrowing, merge_narrowings
from approvals.models import Condition as AskedTask
from approvals.models import Decision, Request, Step
from approvals.task import Task
from base import clock
from deals.models import AccountException, Deal
from guardrails.beyond import Beyond
from guardrails.policy import Policy


@dataclass(frozen=True, slots=True)
class InForce:
    """Everything narrowed and asked in return in one request, kept decisions included.

    `levels`: function → the level that agreed."""

    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()


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
    """The narrowest of every grant behind this request, with the union of what was asked in return. A task
    that nobody marked met in time narrows like a decision."""
    decisions = sorted(agreeing(request), key=lambda decision: decision.level)
    fallen = [narrowed_by(one.decision, one.fallback) for one in lapsed(decisions)]
    return InForce(
        narrowings=merge_narrowings([*(narrowings_of(one) for one in decisions), *fallen], policy),
        conditions=union(decision.term_conditions for decision in decisions),
        levels={decision.function: decision.level for decision in decisions},
        tasks=tuple(task for decision in decisions for task in decision.asked_tasks),
    )


def narrowings_of(decision: Decision) -> dict[str, Narrowing]:
    return narrowed_by(decision, values_from(decision.limits))


def narrowed_by(decision: Decision, values: Mapping[str, Value]) -> dict[str, Narrowing]:
    return {key: Narrowing(value, decision.function, decision.level) for key, value in values.items()}


def lapsed(decisions: Iterable[Decision]) -> list[AskedTask]:
    """The tasks of these decisions whose day is over without anyone having marked them met."""
    asking = {decision.pk: decision for decision in decisions if decision.asked_tasks}
    if not asking:
        return []
    fallen = AskedTask.objects.fallen(clock.today()).filter(decision__in=asking).order_by("pk")
    rows = list(fallen)
    for row in rows:
        row.decision = asking[row.decision_id]
    return rows


def union(groups: Iterable[tuple[Condition, ...]]) -> tuple[Condition, ...]:
    """Each condition once, in the order first asked."""
    return tuple(dict.fromkeys(condition for group in groups for condition in group))


def last_grants(deal: Deal, policy: Policy) -> dict[str, LastGrant]:
    """Function → its last human decision on this deal. Asking for changes grants nothing, like declining."""
    said: dict[str, list[Decision]] = defaultdict(list)
    decisions = Decision.objects.filter(deal=deal).select_related("step__request__revision")
    for decision in decisions.order_by("at", "pk"):
        said[decision.function].append(decision)
    fallen = lapsed(decision for every in said.values() for decision in every)
    return {function: last_grant(every, fallen, policy) for function, every in said.items()}


def last_grant(decisions: Sequence[Decision], fallen: Iterable[AskedTask], policy: Policy) -> LastGrant:
    """The last of a function's decisions, with what the levels below asked for in the same climb. Where the
    desk decided in its place the function has granted nothing, so it is asked again. A task of the climb that
    lapsed has taken its limits down."""
    decision = decisions[-1]
    request = decision.step.request
    climb = [one for one in decisions if one.step.request_id == request.pk and one.agrees]
    return LastGrant(
        function=decision.function,
        level=decision.level,
        agreed=decision.agrees and not decision.overridden,
        expires_at=decision.expires_at,
        limits=lowered(
            values_from(decision.granted), (one for one in fallen if one.decision in climb), policy
        ),
        conditions=union(one.term_conditions for one in climb),
        decision=decision.pk,
        frame=request.revision.ask.walk_away.frame,
        beyond=exceptions_behind(decision),
    )


def exceptions_behind(decision: Decision) -> tuple[Beyond, ...]:
    """What its revision asked beyond never, without what the desk has revoked since."""
    asked = [one for one in decision.step.request.revision.world.beyond if one.standing is None]
    if not asked:
        return ()
    since = AccountException.objects.filter(deal=decision.deal_id, granted_at__gte=decision.at)
    gone = set(since.exclude(revoked_at=None).values_list("key", "function"))
    return tuple(one for one in asked if (one.key, one.function) not in gone)


def lowered(limits: Mapping[str, Value], fallen: Iterable[AskedTask], policy: Policy) -> dict[str, Value]:
    """What is left of a grant once these tasks have lapsed."""
    left = dict(limits)
    for key, value in ((key, value) for one in fallen for key, value in one.fallback.items()):
        left[key] = safer_of(key, left[key], value, policy) if key in left else value
    return left
