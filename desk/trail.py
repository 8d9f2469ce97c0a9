"""From offer to offer: what moved, which way, and the answer each got on its day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from approvals.answer import Answer
from approvals.check import pinned
from approvals.limit import LimitKey, Value, name_of, reading, risk
from approvals.models import Offer
from approvals.offer_words import retold
from base.words import say
from deals.document import terms_from
from deals.economics import measure
from desk.clocks import Now
from desk.cost import answer_for, hides
from desk.head import Room
from desk.phrases import in_turn, lower, shown
from desk.room import (
    Granted,
    TermRow,
    answer_of,
    answered_row,
    functions_words,
    granted_of,
    left_words,
    levels_words,
    measured_of,
    needs_of,
)
from guardrails.measured import Measured

BESIDE = 5  # offers side by side
ALWAYS = ("discount", "payment_days")
SENT = Offer.Direction.SENT
Way = Literal["", "buyer", "us"]


@dataclass(frozen=True, slots=True)
class Cell:
    """`way`: towards whom it moved since the offer before."""

    words: str
    way: Way
    past: bool


@dataclass(frozen=True, slots=True)
class Column:
    offer: Offer
    day: date


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    cells: tuple[Cell, ...]
    limit: str


@dataclass(frozen=True, slots=True)
class Trail:
    columns: tuple[Column, ...]
    terms: tuple[Term, ...]
    earlier: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One offer with the answer it got, never computed again. `rest`: what else was compared, by name."""

    offer: Offer
    answer: Answer
    day: date
    summary: str
    rows: tuple[TermRow, ...]
    rest: str
    whose: str
    whom: str
    said: str
    current: bool

    @property
    def name(self) -> str:
        return say("Offer {number}", number=self.offer.number)


def answered_offer(offer: Offer, room: Room, mandates: Mapping[int, Granted]) -> Answered:
    """An offer beside the mandate it was checked against."""
    granted = mandates[offer.mandate_id]
    answer = answer_for(room.view, retold(answer_of(offer), granted.policy, granted.conditions))
    beyond = {limit.key for limit in granted.beyond_standard}
    told = [row for row in answer.rows if row.over or row.key in beyond]
    rest = [row.name for row in answer.rows if not (row.over or row.key in beyond)]
    return Answered(
        offer=offer,
        answer=answer,
        day=local_day(offer, room.now),
        summary=summary(measured_of(offer), granted),
        rows=tuple(answered_row(row, granted) for row in told),
        rest=in_turn(rest),
        whose=functions_words(answer.functions, granted.policy),
        whom=levels_words(needs_of(answer), granted),
        said=said(answer, granted),
        current=room.mandate is not None and offer.mandate_id == room.mandate.pk,
    )


def summary(measured: Measured, granted: Granted) -> str:
    """ "18.6 %, 45 days"."""
    return ", ".join(shown(key, reading(key, measured), granted.policy) for key in ALWAYS)


def said(answer: Answer, granted: Granted) -> str:
    """What was broken, or how much was left of each limit that somebody granted."""
    if not answer.inside:
        return " ".join(breach.sentence for breach in answer.breaches)
    beyond = {limit.key for limit in granted.beyond_standard}
    kept = [say("{condition}: kept.", condition=condition.sentence) for condition in answer.conditions]
    return " ".join([*(row.sentence for row in answer.rows if row.key in beyond), *kept])


def trail_of(room: Room) -> Trail | None:
    """The last offers side by side, term by term; None while there are no two to compare."""
    if room.granted is None or not room.offers:
        return None
    offers = room.offers[-BESIDE:]
    measured = [measured_of(offer) for offer in offers]
    answers = [answer_of(offer) for offer in offers]
    keys = [key for key in keys_of(room.granted, measured, answers) if not hides(room.view, key)]
    return Trail(
        columns=tuple(Column(offer, local_day(offer, room.now)) for offer in offers),
        terms=tuple(term(key, room.granted, measured, answers) for key in keys),
        earlier=len(room.offers) - len(offers),
    )


def keys_of(granted: Granted, measured: Sequence[Measured], answers: Sequence[Answer]) -> list[LimitKey]:
    """Limits that somebody granted, and all that moved or was past its limit in one of these offers."""
    beyond = {limit.key for limit in granted.beyond_standard} | set(ALWAYS)
    past = {row.key for answer in answers for row in answer.rows if row.over}
    moved = {
        limit.key for limit in granted.limits if len({reading(limit.key, each) for each in measured}) > 1
    }
    known = [limit.key for limit in granted.limits]
    return [key for key in dict.fromkeys([*known, *past]) if key in beyond | past | moved]


def term(key: LimitKey, granted: Granted, measured: Sequence[Measured], answers: Sequence[Answer]) -> Term:
    values = [reading(key, each) for each in measured]
    past = [any(row.key == key and row.over for row in answer.rows) for answer in answers]
    before: list[Value | None] = [values[0], *values[:-1]]
    limit = granted.limit(key)
    return Term(
        name=name_of(key, granted.policy),
        cells=tuple(
            Cell(shown(key, value, granted.policy), way(key, was, value, granted), over)
            for was, value, over in zip(before, values, past, strict=True)
        ),
        limit=shown(key, limit.value, granted.policy) if limit else "",
    )


def way(key: LimitKey, was: Value | None, now: Value | None, granted: Granted) -> Way:
    if was == now:
        return ""
    further = risk(key, now, granted.policy) > risk(key, was, granted.policy)
    return "buyer" if further else "us"


def local_day(offer: Offer, now: Now) -> date:
    return offer.at.astimezone(now.zone).date()


@dataclass(frozen=True, slots=True)
class Table:
    """The offers of a deal. `left`: what is left of the limit in net price, and in words, after the last one
    sent. `asked`: the newest one, when the buyer put it forward. `may_go`: the discount of the furthest terms
    that are inside; `further`: the limit on discount, where other limits stop short of it."""

    shown: Answered | None
    every: tuple[Answered, ...]
    trail: Trail | None
    may_go: str
    further: str
    and_: str
    sent: Answered | None
    left: Decimal | None
    left_words: str
    asked: Answered | None
    past: Decimal | None


def table_of(room: Room, number: str) -> Table:
    """`number`: the offer to show limit by limit; the newest when there is no such offer."""
    mandates = room.deal.mandates.select_related("version", "request__revision").prefetch_related(
        "conditions"
    )
    by_id = {mandate.pk: granted_of(mandate, room.view) for mandate in mandates}
    every = tuple(answered_offer(offer, room, by_id) for offer in reversed(room.offers))
    sent = next((one for one in every if one.current and one.offer.direction == SENT), None)
    asked = every[0] if every and every[0].current and every[0].offer.direction != SENT else None
    granted = room.granted
    bounds = [bound_words(key, granted) for key in ALWAYS] if granted else ["", ""]
    furthest = furthest_discount(granted) if granted else ""
    return Table(
        shown=next((one for one in every if str(one.offer.number) == number), every[0] if every else None),
        every=every,
        trail=trail_of(room),
        may_go=furthest or bounds[0],
        further=bounds[0] if furthest and furthest != bounds[0] else "",
        and_=bounds[1],
        sent=sent,
        left=-past_the_limit(sent.offer, granted) if sent and granted else None,
        left_words=room_words(sent, granted) if sent and granted else "",
        asked=asked,
        past=past_the_limit(asked.offer, granted) if asked and granted else None,
    )


def furthest_discount(granted: Granted) -> str:
    """Of the terms at which every limit is used as far as all of them allow together."""
    revision, corner = granted.mandate.request.revision, terms_from(json.loads(granted.mandate.corner))
    measured = measure(pinned(corner, revision.ask.walk_away), granted.policy, revision.world)
    found = measured.values.get(ALWAYS[0])
    return shown(ALWAYS[0], found, granted.policy) if found is not None else ""


def bound_words(key: LimitKey, granted: Granted) -> str:
    limit = granted.limit(key)
    return shown(key, limit.value, granted.policy) if limit else ""


def room_words(sent: Answered, granted: Granted) -> str:
    """ "discount 1.4 points, payment none"."""
    measured = measured_of(sent.offer)
    limits = [limit for key in ALWAYS if (limit := granted.limit(key))]
    parts = [
        say(
            "{name} {left}",
            name=lower(name_of(limit.key, granted.policy)),
            left=left_words(limit, reading(limit.key, measured), granted.policy),
        )
        for limit in limits
    ]
    return ", ".join(parts)


def past_the_limit(offer: Offer, granted: Granted) -> Decimal:
    """How much less the buyer would pay than at the limit; negative while there is room."""
    return granted.mandate.net_at_limit - offer.net
