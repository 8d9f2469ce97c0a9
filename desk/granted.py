"""What one person granted lately, how far that reaches, and how much of it was used."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch

from approvals.grants import values_from
from approvals.limit import Limit, Value, metric_of, name_of, show
from approvals.models import Decision, Mandate, Offer, Request, Step
from base.format import day
from base.words import say
from deals.document import measured_from
from deals.models import Deal
from desk.clocks import NOBODY, Now, holder, next_due
from desk.cost import keys_for
from desk.phrases import in_turn, lower
from guardrails.metric import Metric
from guardrails.policy import Policy
from people.models import User
from people.shown import View, cost_view

MOST = 5
SAID = 2  # limits said; the rest is in the deal
HUNDRED = Decimal(100)
UNREAD = (
    "step__request__route",
    "step__request__evaluation_target",
    "step__request__evaluation_walk_away",
    "step__request__revision__document",
    "step__request__mandate__corner",
)


@dataclass(frozen=True, slots=True)
class Reach:
    """One limit on a line: the ends of the ask, and the last offer. `used`: percent of target to limit."""

    metric: Metric
    limit: Decimal
    target: Decimal | None
    standard: Decimal | None
    offer: Decimal | None
    over: Decimal | None
    used: int | None


@dataclass(frozen=True, slots=True)
class Grant:
    deal: Deal
    at: datetime
    words: str
    small: str
    offers: int
    reach: Reach | None
    tone: str
    icon: str
    now: str


def granted_lately(user: User, policy: Policy, now: Now) -> tuple[Grant, ...]:
    """The latest first. Four queries."""
    decisions = (
        Decision.objects.filter(by=user, verdict__in=Decision.AGREEING)
        .select_related("deal__account", "step__request__revision", "step__request__mandate")
        .prefetch_related(
            "step__request__version",
            "step__request__steps",
            Prefetch("step__request__mandate__offers", Offer.objects.defer("document", "answer")),
        )
        .order_by("-at", "-pk")
        .defer(*UNREAD)
    )
    view = cost_view(user, policy)
    return tuple(grant(decision, view, now) for decision in decisions[:MOST])


def grant(decision: Decision, view: View, now: Now) -> Grant:
    request = decision.step.request
    policy = request.version.policy
    mandate: Mandate | None = getattr(request, "mandate", None)
    narrowed = values_from(decision.limits)
    values = shown_values(narrowed or values_from(decision.granted), view)
    tone, icon, words = state(decision.deal, request, mandate, now)
    return Grant(
        deal=decision.deal,
        at=decision.at,
        words=limits_said(values, policy) or say("As asked"),
        small=asked_for(decision, policy, bool(narrowed)),
        offers=len(mandate.offers.all()) if mandate else 0,
        reach=reach(mandate, values) if mandate else None,
        tone=tone,
        icon=icon,
        now=words,
    )


def shown_values(values: Mapping[str, Value], view: View) -> dict[str, Value]:
    """Without the limits whose numbers are kept from who sees `view`."""
    return {key: values[key] for key in keys_for(view, values)}


def limits_said(values: Mapping[str, Value], policy: Policy) -> str:
    """ "Discount up to 20.0 %, payment up to 45 days"."""
    said = in_turn([limit_said(key, value, policy) for key, value in values.items()][:SAID])
    more = len(values) - SAID
    return say("{limits} and {more} more", limits=said, more=more) if more > 0 else said


def limit_said(key: str, value: Value, policy: Policy) -> str:
    """ "Discount up to 20.0 %"."""
    metric, name, words = metric_of(key), name_of(key, policy), show(key, value, policy)
    if metric is None:
        return say("{name} at {value}", name=name, value=words)
    if metric.riskier == "higher":
        return say("{name} up to {value}", name=name, value=words)
    return say("{name} down to {value}", name=name, value=words)


def asked_for(decision: Decision, policy: Policy, narrowed: bool) -> str:
    conditions = [
        say("if {condition}", condition=lower(one.sentence(policy))) for one in decision.term_conditions
    ]
    conditions += [
        say("if by {day}: {task}", day=day(task.due), task=task.text) for task in decision.asked_tasks
    ]
    return ", ".join([say("narrowed") if narrowed else say("as asked"), *conditions])


def reach(mandate: Mandate, values: Mapping[str, Value]) -> Reach | None:
    """The first limit of these that is a number, as the mandate has it."""
    rows = (limit for limit in mandate.limit_rows if limit.key in values and isinstance(limit.value, Decimal))
    limit = next(rows, None)
    if limit is None:
        return None
    offers = mandate.offers.all()
    last = next(iter(offers), None)
    inside = next((offer for offer in offers if offer.inside), None)
    return drawn(limit, value_of(inside, limit.key), value_of(last, limit.key) if last != inside else None)


def drawn(limit: Limit, offered: Decimal | None, asked: Decimal | None) -> Reach | None:
    """`offered`: of the last offer inside the mandate; `asked`: of one after it that was outside."""
    metric, bound = metric_of(limit.key), number(limit.value)
    if metric is None or bound is None:
        return None
    over = asked is not None and metric.riskier_than(asked, bound)
    target = number(limit.target)
    return Reach(
        metric=metric,
        limit=bound,
        target=target,
        standard=number(limit.standard),
        offer=offered,
        over=asked if over else None,
        used=used(target, bound, offered),
    )


def used(target: Decimal | None, bound: Decimal, offered: Decimal | None) -> int | None:
    """Percent of the way from target to limit; None where there is no way, or no offer."""
    if target is None or offered is None or target == bound:
        return None
    return max(0, round((offered - target) / (bound - target) * HUNDRED))


def value_of(offer: Offer | None, key: str) -> Decimal | None:
    metric, _, family = key.partition("/")
    return measured_from(json.loads(offer.measured)).value(metric, family) if offer else None


def number(value: Value | None) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def state(deal: Deal, request: Request, mandate: Mandate | None, now: Now) -> tuple[str, str, str]:
    """Tone, icon and words for what became of what was asked."""
    if deal.status != Deal.Status.OPEN:
        return ("ok" if deal.status == Deal.Status.WON else ""), "flag", deal.get_status_display()
    if request.status == Request.Status.OPEN:
        return waits(request)
    if mandate is None:
        return "", "archive", request.get_status_display()
    if mandate.active_at(now.at):
        return "ok", "shield-check", say("Mandate active")
    if mandate.status == Mandate.Status.ACTIVE:
        return "warn", "clock-exclamation", say("Ran out")
    return "", "repeat", mandate.get_status_display()


def waits(request: Request) -> tuple[str, str, str]:
    steps = list(request.steps.all())
    if first := next_due(steps):
        return "on", "hourglass", say("Waits for {name}", name=holder(first, request.version.policy))
    if any(step.status == Step.Status.UNROUTABLE for step in steps):
        return "bad", "user-question", say(NOBODY)
    back = any(step.status == Step.Status.RETURNED for step in steps)
    return ("warn", "message-reply", say("With seller")) if back else ("on", "hourglass", say("In review"))
