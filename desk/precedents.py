"""What was asked, granted and signed on deals near to this one, and what came after. Net prices only: nothing
here follows from cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from approvals.models import Request
from base.format import money, percent, short_money
from deals.models import Deal, Revision
from desk.judging import Seat
from guardrails.measured import Measured
from guardrails.metric import METRICS
from insights.models import Leak, Precedent
from insights.precedents import Near, nearest

UNGRANTED = {
    Request.Status.GRANTED: "no limit",
    Request.Status.DECLINED: "declined",
    Request.Status.RECALLED: "withdrawn",
    Request.Status.CLOSED: "no answer",
}
IMPORTED = "not asked"
WON = ("Won", "ok", "check")


@dataclass(frozen=True, slots=True)
class Past:
    """One deal that ended. `granted`, `signed`: discounts in words. `after`: what came of it, said in `tone`;
    `because`: what makes it near, its own figure first."""

    deal: Deal
    ended_at: datetime
    asked: str
    granted: str
    signed: str
    after: str
    tone: str
    icon: str
    because: str


def precedents_of(seat: Seat) -> tuple[Past, ...]:
    """The nearest first. Two queries at most."""
    now, asked = seat.revision, seat.walk_away
    currency = seat.policy.currency
    return tuple(past(near, now, asked, currency) for near in nearest(now, reader=seat.user))


def past(near: Near, now: Revision, asked: Measured, currency: str) -> Past:
    precedent = near.precedent
    after, tone, icon = came_of(precedent)
    return Past(
        deal=precedent.deal,
        ended_at=precedent.ended_at,
        asked=percent(precedent.discount),
        granted=granted(precedent),
        signed=percent(precedent.signed_discount) if precedent.won else "",
        after=after,
        tone=tone,
        icon=icon,
        because=", ".join(reasons(precedent, now, asked, currency)),
    )


def granted(precedent: Precedent) -> str:
    """The furthest discount the mandate allowed, or why there is none."""
    if precedent.granted_discount is not None:
        return percent(precedent.granted_discount)
    return UNGRANTED[Request.Status(precedent.answer)] if precedent.answer else IMPORTED


def came_of(precedent: Precedent) -> tuple[str, str, str]:
    """Words, tone and icon: won and what it gave away, or lost and why."""
    deal = precedent.deal
    if not precedent.won:
        closing = getattr(deal, "closing", None)
        reason = closing.reason if closing else ""
        return (f"Lost: “{reason}”" if reason else "Lost"), "", "archive"
    leak = getattr(deal, "leak", None)
    return leaked(leak) if leak else WON


def leaked(leak: Leak) -> tuple[str, str, str]:
    """What a won deal gave away of its target; nothing is said where nothing can be compared."""
    signed, target, limit = leak.signed, leak.target, leak.limit
    if signed is None or target is None or limit is None:
        return WON
    if not leak.inside and signed < limit:
        return f"Won, {money(limit - signed, leak.currency)} past its limit", "bad", "ban"
    if signed < target:
        return f"Won, {money(target - signed, leak.currency)} under its target", "ok", "check"
    return "Won at its target" if signed == target else "Won above its target", "ok", "check"


def reasons(precedent: Precedent, now: Revision, asked: Measured, currency: str) -> Iterator[str]:
    """ "Enterprise", "€1.8 M against €1.7 M", "22.0 % against 21.5 %": everything the distance is made of."""
    revision, frame = precedent.revision, asked.frame
    yield precedent.segment
    yield against(precedent.deal_type, frame.deal_type)
    yield against(*(short_money(one.net("walk_away") * one.rate, currency) for one in (revision, now)))
    for key, value in (
        ("discount", precedent.discount),
        ("payment_days", precedent.payment_days),
        ("term_months", precedent.term_months),
    ):
        yield against(said(key, value), said(key, asked.values[key]))


def said(key: str, value: Decimal | None) -> str:
    metric = METRICS[key]
    return f"{metric.name.lower()} not recorded" if value is None else metric.show(value)


def against(then: str, now: str) -> str:
    return then if then == now else f"{then} against {now}"
