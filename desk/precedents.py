"""What was asked, granted and signed on deals near to this one, and what came after. Net prices only: nothing
here follows from cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from approvals.models import Request
from base.format import money, percent, short_money
from base.words import mark, say
from deals.models import Deal, Revision
from desk.judging import Seat
from desk.phrases import lower
from guardrails.measured import Measured
from guardrails.metric import METRICS
from insights.models import Leak, Precedent
from insights.precedents import Near, nearest

UNGRANTED = {
    Request.Status.GRANTED: mark("no limit"),
    Request.Status.DECLINED: mark("declined"),
    Request.Status.RECALLED: mark("withdrawn"),
    Request.Status.CLOSED: mark("no answer"),
}
IMPORTED = mark("not asked")
WON = mark("Won")


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
    return say(UNGRANTED[Request.Status(precedent.answer)] if precedent.answer else IMPORTED)


def came_of(precedent: Precedent) -> tuple[str, str, str]:
    """Words, tone and icon: won and what it gave away, or lost and why."""
    deal = precedent.deal
    if not precedent.won:
        closing = getattr(deal, "closing", None)
        reason = closing.reason if closing else ""
        return (say("Lost: “{reason}”", reason=reason) if reason else say("Lost")), "", "archive"
    leak = getattr(deal, "leak", None)
    return leaked(leak) if leak else (say(WON), "ok", "check")


def leaked(leak: Leak) -> tuple[str, str, str]:
    """What a won deal gave away of its target; nothing is said where nothing can be compared."""
    signed, target, limit = leak.signed, leak.target, leak.limit
    if signed is None or target is None or limit is None:
        return say(WON), "ok", "check"
    if not leak.inside and signed < limit:
        over = money(limit - signed, leak.currency)
        return say("Won, {amount} past its limit", amount=over), "bad", "ban"
    if signed < target:
        under = money(target - signed, leak.currency)
        return say("Won, {amount} under its target", amount=under), "ok", "check"
    words = say("Won at its target") if signed == target else say("Won above its target")
    return words, "ok", "check"


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
    if value is not None:
        return metric.show(value)
    return say("{term} not recorded", term=lower(metric.said))


def against(then: str, now: str) -> str:
    return then if then == now else say("{then} against {now}", then=then, now=now)
