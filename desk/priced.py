"""Every set of terms a deal has, priced under the policy it is pinned to: what was asked, granted, offered
and signed."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from approvals.check import pinned
from base.format import near_day
from base.words import mark, say
from deals.document import terms_from
from deals.economics import LineAmounts, Step, bridge, waterfall
from deals.models import Judged, Revision
from deals.terms import Line, Terms
from desk.cost import bridge_for, line_for, share_for, steps_for
from desk.head import Room
from desk.phrases import lower
from guardrails.metric import METRICS
from guardrails.policy import Policy
from people.shown import View

LATEST = 4  # offers, unless more are asked for
UNPRICED = mark("Price not recorded")
BEHIND = ("payment_days", "term_months", "free_months", "price_rise", "custom_days")  # terms that cost
OFFERED = {"sent": mark("sent {day}, policy {version}"), "asked": mark("asked {day}, policy {version}")}
GAPS = {
    "margin": mark("{name}: a cost, payment days or customisation is unknown, so there is no margin."),
    "value": mark("{name}: the price rise is unknown, so there is no total value."),
}


@dataclass(frozen=True, slots=True)
class Pinned:
    """One set of terms, and the policy whose rules of cost measure it. `source`: where both are from."""

    key: str
    name: str
    source: str
    terms: Terms
    policy: Policy


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One line of terms as it was sold. `line` without what it costs; `amounts` over the whole term."""

    name: str
    quantity: Decimal
    per: str
    list_price: Decimal
    tier: Decimal
    discount: Decimal
    amounts: LineAmounts


@dataclass(frozen=True, slots=True)
class Priced:
    """One set of terms as one reader may see it, in its own currency. `unknown`: why it has no price."""

    key: str
    name: str
    source: str
    currency: str
    months: str
    terms: tuple[tuple[str, str], ...]
    flow: tuple[Step, ...]
    bridge: tuple[Step, ...]
    share: Decimal | None
    lines: tuple[PricedLine, ...]
    unknown: str
    has_prices: bool

    @property
    def why(self) -> str:
        """What follows from `unknown`."""
        if not self.has_prices:
            return say("These terms came without a line that has a price, so there is nothing to add up.")
        return say("What recurs has no amount without it. Say it in the brief and ask again.")

    @property
    def gaps(self) -> tuple[str, ...]:
        """What cannot be said of these terms, and why."""
        if self.unknown:
            return (say("{name}: {what}.", name=self.name, what=lower(self.unknown)),)
        unknown = {step.key for step in (*self.flow, *self.bridge) if step.amount is None}
        return tuple(say(words, name=self.name) for key, words in GAPS.items() if key in unknown)


def priced(one: Pinned, view: View) -> Priced:
    """Measured, and without what `view` does not show."""
    flow = waterfall(one.terms, one.policy)
    unknown = unknown_of(one.terms)
    return Priced(
        key=one.key,
        name=one.name,
        source=one.source,
        currency=one.terms.frame.currency,
        months=METRICS["term_months"].show(one.terms.values.get("term_months")),
        terms=tuple((METRICS[key].said, METRICS[key].show(one.terms.values.get(key))) for key in BEHIND),
        flow=() if unknown else steps_for(view, flow),
        bridge=() if unknown else bridge_for(view, bridge(one.terms, one.policy)),
        share=None if unknown else share_for(view, flow),
        lines=tuple(
            sold(line, line_for(view, amounts))
            for line, amounts in zip(one.terms.lines, flow.lines, strict=False)
        ),
        unknown=unknown,
        has_prices=has_prices(one.terms),
    )


def sold(line: Line, amounts: LineAmounts) -> PricedLine:
    return PricedLine(line.name, line.quantity, line.per, line.list_price, line.tier, line.discount, amounts)


def unknown_of(terms: Terms) -> str:
    """Why these terms have no price; empty when they have one."""
    if not has_prices(terms):
        return say(UNPRICED)
    if all(not line.recurring for line in terms.lines):
        return ""
    lacking = next((key for key in ("term_months", "free_months") if terms.values.get(key) is None), "")
    return say("{term} unknown", term=METRICS[lacking].said) if lacking else ""


def has_prices(terms: Terms) -> bool:
    return bool(terms.lines) and terms.priced


def pinned_of(room: Room, wanted: Collection[str], every: bool) -> tuple[Pinned, ...]:
    """Target, walk-away, limit, the latest offers and those that are wanted, what was signed; in this order.

    A fixed number of queries. None of them when nothing was ever asked, offered or signed."""
    ends, last = tuple(asked(room)), tuple(signed(room))
    if [one.terms for one in ends] == [one.terms for one in last]:
        ends = ()
    return (*ends, *limit(room), *offered(room, wanted, every), *last)


def asked(room: Room) -> Iterator[Pinned]:
    """Both ends of the last revision; one where there is no difference between them."""
    revision = last_revision(room)
    if revision is None:
        return
    policy, words = policy_of(revision, room)
    ask, source = revision.ask, say("revision {n}, {policy}", n=revision.number, policy=words)
    if ask.target == ask.walk_away:
        name = say("Target and walk-away") if room.request else say("Recorded")
        yield Pinned("target", name, source, ask.target, policy)
        return
    yield Pinned("target", say("Target"), source, ask.target, policy)
    yield Pinned("walk-away", say("Walk-away"), source, ask.walk_away, policy)


def last_revision(room: Room) -> Revision | None:
    """The one asked last; of a deal that nobody was ever asked about the one it came with."""
    return room.request.revision if room.request else room.deal.revisions.order_by("-number").first()


def policy_of(revision: Revision | None, room: Room) -> tuple[Policy, str]:
    """The policy that judged a revision, and how it is called; the one in force where none did."""
    if room.request:
        return room.policy, policy_words(room.policy)
    judged = Judged.objects.filter(revision=revision).select_related("version").first()
    if judged:
        return judged.version.policy, policy_words(judged.version.policy)
    return room.policy, say("policy {version}, in force now", version=room.policy.name)


def policy_words(policy: Policy) -> str:
    return say("policy {version}", version=policy.name)


def limit(room: Room) -> Iterator[Pinned]:
    """The corner of the mandate: the furthest terms it allows."""
    if room.granted:
        mandate, policy = room.granted.mandate, room.granted.policy
        source = say("mandate {n}, policy {version}", n=mandate.number, version=policy.name)
        yield Pinned("limit", say("Limit"), source, terms_from(json.loads(mandate.corner)), policy)


def offered(room: Room, wanted: Collection[str], every: bool) -> Iterator[Pinned]:
    """Offers at the rate, cost and floor they were compared with their mandate at."""
    mandates = {each.pk: each for each in room.deal.mandates.select_related("version", "request__revision")}
    asked = {pk: each.request.revision.ask.walk_away for pk, each in mandates.items()}
    latest = room.offers if every else room.offers[-LATEST:]
    for offer in room.offers:
        key = f"offer-{offer.number}"
        if offer in latest or key in wanted:
            policy, terms = mandates[offer.mandate_id].version.policy, terms_from(json.loads(offer.document))
            on = near_day(offer.at.astimezone(room.now.zone).date(), room.now.local.date())
            source = say(OFFERED[offer.direction], day=on, version=policy.name)
            name = say("Offer {n}", n=offer.number)
            yield Pinned(key, name, source, pinned(terms, asked[offer.mandate_id]), policy)


def signed(room: Room) -> Iterator[Pinned]:
    """What was signed, measured as the mandate it was closed with; without one as the last revision."""
    if not room.deal.signed:
        return
    terms = terms_from(json.loads(room.deal.signed))
    if room.granted:
        policy, words = room.granted.policy, policy_words(room.granted.policy)
        terms = pinned(terms, room.granted.mandate.request.revision.ask.walk_away)
    else:
        policy, words = policy_of(last_revision(room), room)
    on = near_day(room.deal.signed_at, room.now.local.date())
    source = say("signed {day}, {policy}", day=on, policy=words)
    yield Pinned("signed", say("Signed"), source, terms, policy)
