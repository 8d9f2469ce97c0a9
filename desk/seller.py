"""Home of whoever sells: each deal by what can be done next, mandates that end soon, offers outside."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from approvals.answer import Answer
from approvals.models import Offer, Request
from approvals.offer_words import retold
from base.words import say, say_many
from deals.models import Deal
from desk.clocks import Now
from desk.cost import answer_for
from desk.currency import Pinned, pinned_of
from desk.in_return import AskedOfMe
from desk.mine import deals_of
from desk.moves import Move, by_turn, moves_of
from guardrails.policy import Policy
from people.models import User
from people.shown import View, cost_view

ZERO = Decimal(0)
ENDS_SOON = 21  # days before its end from which a mandate is listed
MOST = 5


@dataclass(frozen=True, slots=True)
class Outside:
    """An offer past a limit. `belongs_to`: level and its rank. `then`: what came after it."""

    offer: Offer
    deal: Deal
    breaks: str
    more: int
    belongs_to: tuple[tuple[str, int], ...]
    then: str


@dataclass(frozen=True, slots=True)
class SellerHome:
    """`room`: what may still be given before the limits of all mandates in use, in the company's currency."""

    moves: tuple[Move, ...]
    yours: tuple[Move, ...]
    negotiate: tuple[Move, ...]
    ours: tuple[Move, ...]
    ending: tuple[Move, ...]
    outside: tuple[Outside, ...]
    value: Decimal
    room: Decimal
    pinned: Pinned

    @property
    def lead(self) -> str:
        return say_many(
            "{count} waits for you, {room} with room to negotiate, {ours} with us.",
            "{count} wait for you, {room} with room to negotiate, {ours} with us.",
            len(self.yours),
            room=len(self.negotiate),
            ours=len(self.ours),
        )


def seller_home(user: User, policy: Policy, now: Now, asked: AskedOfMe) -> SellerHome:
    """The queries of `moves_of`. `asked`: what others wait for, which makes a deal theirs to go on with."""
    view, waited_for = cost_view(user, policy), asked.deals
    moves = tuple(
        answer_first(each) if each.turn == "ours" and each.deal.pk in waited_for else each
        for each in moves_of(deals_of(user).open(), view, now)
    )
    negotiate = by_turn(moves, "negotiate")
    return SellerHome(
        moves=moves,
        yours=by_turn(moves, "yours"),
        negotiate=negotiate,
        ours=by_turn(moves, "ours"),
        ending=tuple(each for each in negotiate if each.validity and each.validity.days <= ENDS_SOON),
        outside=outside_of(moves, view),
        value=sum((each.value or ZERO for each in moves), ZERO),
        room=sum((room(each) for each in negotiate), ZERO),
        pinned=pinned_of((each.request.revision for each in moves if each.request), policy.currency),
    )


def answer_first(move: Move) -> Move:
    """A deal in review where somebody waits for the seller's own answer."""
    said = say("You are asked something, or to hand something in: see “Asked of you”")
    return replace(move, turn="yours", text=said, small=move.text)


def room(move: Move) -> Decimal:
    """From the last offer sent inside the mandate, or from the target, down to the net price at the limit."""
    if move.mandate is None:
        return ZERO
    sent = (offer for offer in move.offers if offer.inside and offer.direction == Offer.Direction.SENT)
    revision = move.mandate.request.revision
    here = next((offer.net for offer in sent if offer.mandate_id == move.mandate.pk), revision.net("target"))
    return max(here - move.mandate.net_at_limit, ZERO) * revision.rate


def outside_of(moves: Iterable[Move], view: View) -> tuple[Outside, ...]:
    """Of open deals, the latest first."""
    found = [(offer, move) for move in moves for offer in move.offers if not offer.inside]
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    return tuple(outside(offer, move, view) for offer, move in found[:MOST])


def outside(offer: Offer, move: Move, view: View) -> Outside:
    policy = offer.mandate.version.policy
    answer = answer_for(view, retold(Answer.from_document(json.loads(offer.answer)), policy))
    return Outside(
        offer=offer,
        deal=move.deal,
        breaks=answer.breaches[0].sentence,
        more=len(answer.breaches) - 1,
        belongs_to=levels_of(answer, policy),
        then=came_after(offer, move.offers, vars(move.deal)["asked"]),
    )


def levels_of(answer: Answer, policy: Policy) -> tuple[tuple[str, int], ...]:
    """Each function the breaches go back to, at the highest level any of them needs."""
    needed: dict[str, int] = {}
    for breach in answer.breaches:
        for function, level in breach.needs.items():
            needed[function] = max(level, needed.get(function, 0))
    return tuple(
        (policy.level_name(function, level) if level else policy.function(function).name, level)
        for function, level in needed.items()
    )


def came_after(offer: Offer, offers: Iterable[Offer], requests: Iterable[Request]) -> str:
    asked = [request.revision.number for request in requests if request.submitted_at > offer.at]
    if asked:
        return say("Asked for more room: revision {number}", number=asked[-1])
    running = [request.revision.number for request in requests if request.status == Request.Status.OPEN]
    if running:
        return say("Revision {number} is in review", number=running[0])
    inside = [later.number for later in offers if later.number > offer.number and later.inside]
    return say("Back inside with offer {number}", number=inside[-1]) if inside else say("Nothing since")
