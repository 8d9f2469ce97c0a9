"""From list to margin: the waterfall of an offer, the limit or the target, beside the limit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from approvals.models import Offer
from base.words import say
from deals.document import terms_from
from deals.economics import Step, Waterfall, waterfall
from deals.terms import Terms
from desk.cost import waterfall_for
from desk.head import Room
from desk.phrases import lower
from guardrails.metric import METRICS

SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Flow:
    """One waterfall beside the limit. `against` is None for the limit itself; `beside`: what it is called."""

    key: str
    name: str
    months: str
    steps: tuple[Step, ...]
    against: dict[str, Decimal] | None
    beside: str

    @property
    def heading(self) -> str:
        """ "Against limit"."""
        return say("Against {name}", name=self.beside)


def flows_of(room: Room, current: Sequence[Offer]) -> list[tuple[str, str, Terms]]:
    """What the waterfall can show: the last two offers, what was signed, limit or walk-away, target."""
    if room.request is None:
        return []
    offers = [
        (f"offer-{one.number}", say("Offer {number}", number=one.number), offered(one))
        for one in current[-2:]
    ]
    if room.granted:
        ask = room.granted.mandate.request.revision.ask
        limit = ("limit", say("Limit"), terms_from(json.loads(room.granted.mandate.corner)))
    else:
        ask = room.request.revision.ask
        limit = ("limit", say("Walk-away"), ask.walk_away)
    if room.deal.signed:
        offers.append((SIGNED, say("Signed"), terms_from(json.loads(room.deal.signed))))
    return [*offers, limit, ("target", say("Target"), ask.target)]


def offered(offer: Offer) -> Terms:
    return terms_from(json.loads(offer.document))


def flow_of(named: Sequence[tuple[str, str, Terms]], wanted: str, room: Room) -> Flow | None:
    """The one that is asked for; else what was signed, the last offer, or the limit while there is none."""
    if not named:
        return None
    by_key = {key: (name, terms) for key, name, terms in named}
    put = [one for one in by_key if one not in ("limit", "target")]
    key = wanted if wanted in by_key else (put or ["limit"])[-1]
    name, terms = by_key[key]
    limit_name, limit_terms = by_key["limit"]
    policy = room.granted.policy if room.granted else room.policy
    flow = waterfall(terms, policy)
    against = None if key == "limit" else differences(flow, waterfall(limit_terms, policy))
    return Flow(
        key=key,
        name=name,
        months=METRICS["term_months"].show(terms.values.get("term_months")),
        steps=tuple(step for step in waterfall_for(room.view, flow) if says(step, against)),
        against=against,
        beside=lower(limit_name),
    )


def says(step: Step, against: Mapping[str, Decimal] | None) -> bool:
    """Whether there is anything to read: nothing given, and nothing at the limit either, is left out."""
    return step.kind == "sum" or step.amount != 0 or bool(against and against.get(step.key))


def differences(flow: Waterfall, limit: Waterfall) -> dict[str, Decimal]:
    """Step → how much better for us it is than the limit."""
    found = {step.key: (step.amount, limit.amount(step.key)) for step in flow.steps}
    return {
        key: ours - theirs for key, (ours, theirs) in found.items() if ours is not None and theirs is not None
    }
