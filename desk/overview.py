"""The overview of a deal: where it stands, what the mandate allows, what was given away so far."""

from dataclasses import dataclass
from decimal import Decimal

from approvals.answer import Answer
from approvals.grants import values_from
from approvals.limit import name_of, reaches, reading
from approvals.models import Decision, Offer, Request, Step
from approvals.offer_words import retold
from base.words import say
from deals.missing import problems
from deals.models import Exchange
from deals.remeasure import remeasure_for
from desk.awaited import expected
from desk.cost import answer_for, keys_for, margin_for, reliefs_for
from desk.flows import Flow, flow_of, flows_of
from desk.head import Room
from desk.lanes import Lane, lanes_of, verdict_words, with_lanes
from desk.outcome import Outcome, outcome_of
from desk.phrases import listed, lower, shown
from desk.recorded import Recorded, recorded_of
from desk.room import TermRow, answer_of, functions_words, measured_of, rows_of
from guardrails.metric import METRICS

HUNDRED = Decimal(100)
DISCOUNT = METRICS["discount"]


@dataclass(frozen=True, slots=True)
class Outside:
    """The last offer, when it lies outside the mandate in use. `asked`: the revision that asks for more."""

    offer: Offer
    breaks: str
    whose: str
    single: bool
    never: bool
    asked: int | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Amounts in the deal's currency, whole term; margins in words, empty when kept from the reader."""

    target: Decimal
    target_margin: str
    limit: Decimal
    limit_margin: str
    limit_name: str
    last: Offer | None
    last_discount: str
    given: Decimal | None
    used: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Who said no or asked for changes, in their words, and what would make it a yes."""

    decision: Decision
    level_name: str
    said: str
    proposed: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    outside: Outside | None
    worth: Worth | None
    rows: tuple[TermRow, ...]
    inside: Offer | None
    request: Request | None
    lanes: tuple[Lane, ...]
    expected: str
    refused: tuple[Refused, ...]
    flows: tuple[tuple[str, str], ...]
    flow: Flow | None
    missing: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    outcome: Outcome | None
    past: Recorded | None

    @property
    def inside_name(self) -> str:
        """What the offers in the table are called."""
        return say("Offer {number}", number=self.inside.number) if self.inside else say("Offer")


def overview_of(room: Room, shown_flow: str) -> Overview:
    """Everything the page says, in a fixed number of queries."""
    request = with_lanes(Request.objects.filter(pk=room.request.pk)).get() if room.request else None
    current = [offer for offer in room.offers if room.mandate and offer.mandate_id == room.mandate.pk]
    inside = next((offer for offer in reversed(current) if offer.inside), None)
    outside = current[-1] if current and not current[-1].inside else None
    named = flows_of(room, current)
    return Overview(
        outside=outside_of(outside, room) if outside and room.deal.is_open else None,
        worth=worth_of(room),
        rows=rows_of(
            room.granted,
            measured_of(inside) if inside else None,
            measured_of(outside) if outside else None,
        )
        if room.granted
        else (),
        inside=inside,
        request=request,
        lanes=lanes_of(request, room.view, room.now) if request else (),
        expected=expected(request, room) if request else "",
        refused=tuple(refusals(request, room)) if request and room.deal.is_open else (),
        flows=tuple((key, name) for key, name, _ in named),
        flow=flow_of(named, shown_flow, room),
        missing=missing_of(room) if request is None else (),
        exchanges=tuple(room.deal.exchanges.all()),
        outcome=came_out(room),
        past=recorded_of(room.deal, room.view),
    )


def outside_of(offer: Offer, room: Room) -> Outside | None:
    if room.granted is None:
        return None
    full = answer_of(offer)
    told = retold(full, room.granted.policy, room.granted.conditions)
    answer, later = answer_for(room.view, told), room.open_request
    return Outside(
        offer=offer,
        breaks=breaks_words(answer, room),
        whose=functions_words(answer.functions, room.granted.policy),
        single=len(answer.functions) == 1,
        never=any(breach.never for breach in answer.breaches),
        asked=later.revision.number if later and asks_for(later, full) else None,
    )


def asks_for(request: Request, answer: Answer) -> bool:
    """Whether all that the offer is past is asked for by then, or further."""
    policy, measured = request.version.policy, request.revision.measured("walk_away")
    keys = {row.key for row in answer.rows}
    past = [breach for breach in answer.breaches if breach.key in keys]
    return bool(past) and all(
        reaches(breach.key, reading(breach.key, measured), breach.value, policy) for breach in past
    )


def breaks_words(answer: Answer, room: Room) -> str:
    """ "discount 22.5 % (limit 20.0 %) and payment 60 days (limit 45 days)"."""
    assert room.granted is not None
    policy, rows = room.granted.policy, {row.key: row for row in answer.rows}
    parts = []
    for breach in answer.breaches:
        row = rows.get(breach.key)
        if row is None:
            parts.append(lower(breach.sentence.rstrip(".")))
        elif breach.limit is None:
            parts.append(lower(name_of(row.key, policy)))
        else:
            value, limit = (shown(row.key, one, policy) for one in (breach.value, breach.limit))
            name = lower(name_of(row.key, policy))
            parts.append(say("{name} {value} (limit {limit})", name=name, value=value, limit=limit))
    return listed(parts)


def worth_of(room: Room) -> Worth | None:
    """From the revision the mandate was granted for, or the last one while there is no mandate."""
    if room.request is None:
        return None
    granted = room.granted
    revision = granted.mandate.request.revision if granted else room.request.revision
    limit = granted.mandate.net_at_limit if granted else revision.net("walk_away")
    margin = granted.mandate.margin_at_limit if granted else revision.margin_walk_away
    last = next((offer for offer in reversed(room.offers) if offer.direction == Offer.Direction.SENT), None)
    target = revision.net("target")
    given = target - last.net if last else None
    span = target - limit
    return Worth(
        target=target,
        target_margin=margin_for(room.view, revision.margin_target),
        limit=limit,
        limit_margin=margin_for(room.view, margin),
        limit_name=say("Value at the limit") if granted else say("Value at the walk-away"),
        last=last,
        last_discount=DISCOUNT.show(measured_of(last).values.get("discount")) if last else "",
        given=given,
        used=int(given * HUNDRED / span) if given is not None and given >= 0 and span > 0 else None,
    )


def refusals(request: Request, room: Room) -> list[Refused]:
    """Of a request that was declined, or that somebody wants changed."""
    policy, revision = request.version.policy, request.revision
    steps = [
        step for step in request.steps.all() if step.status in (Step.Status.DECLINED, Step.Status.RETURNED)
    ]
    found = []
    for step in steps:
        decision = list(step.decisions.all())[-1]
        remeasure = remeasure_for(revision.ask, policy, revision.world)
        reliefs = reliefs_for(room.view, revision.measured("walk_away"), policy, remeasure)
        found.append(
            Refused(
                decision=decision,
                level_name=policy.level_name(step.function, decision.level),
                said=verdict_words(decision, policy, room.view),
                proposed=proposed_words(decision.proposed, room),
                ways=tuple(relief.sentence for relief in reliefs if relief.function == step.function),
            )
        )
    return found


def proposed_words(proposed: str, room: Room) -> str:
    values = values_from(proposed)
    return listed([shown(key, values[key], room.policy) for key in keys_for(room.view, values)])


def missing_of(room: Room) -> tuple[str, ...]:
    """What the draft lacks before it can be sent."""
    return tuple(problems(room.deal, room.policy, room.now.at).values())


def came_out(room: Room) -> Outcome | None:
    """How a won deal came out. Past deals that were imported have no closing."""
    closing = None if room.deal.is_open else getattr(room.deal, "closing", None)
    return outcome_of(closing, room.mandate, room.deal.currency) if closing else None
