"""The terms that may have been signed: any offer, or what the brief asks."""

import json
from collections.abc import Mapping

from approvals.models import Offer
from base.errors import Invalid
from base.format import money
from base.words import mark, say
from deals.document import terms_from
from deals.draft import ask_of
from deals.terms import Terms
from desk.head import Room

ENDS: Mapping[str, str] = {
    "target": mark("The brief at its target"),
    "walk_away": mark("The brief at its walk-away"),
}


def signable(room: Room) -> list[tuple[str, str]]:
    """Choices, the newest offer first; those outside their mandate say so."""
    offers = []
    for one in reversed(room.offers):
        words = offer_words(one, room.deal.currency)
        label = words if one.inside else say("{offer}, outside the mandate", offer=words)
        offers.append((f"offer-{one.number}", label))
    return [*offers, *((key, say(words)) for key, words in ENDS.items())]


def offer_words(offer: Offer, currency: str) -> str:
    return say("Offer {number}, {amount}", number=offer.number, amount=money(offer.net, currency))


def name_of(room: Room, choice: str) -> str:
    """What was chosen, in the middle or at the head of a sentence."""
    offers = {f"offer-{one.number}": offer_words(one, room.deal.currency) for one in room.offers}
    return offers.get(choice) or say(ENDS[choice])


def likely(room: Room) -> str:
    """What was signed, as far as one can guess: the last offer inside the mandate; nothing without one."""
    inside = [one for one in room.offers if one.inside and room.mandate and one.mandate_id == room.mandate.pk]
    return f"offer-{inside[-1].number}" if inside else ""


def signed_terms(room: Room, choice: str) -> Terms:
    """The terms behind a choice. Raises Invalid when the brief has no price yet."""
    number = choice.removeprefix("offer-")
    for offer in room.offers:
        if choice == f"offer-{offer.number}":
            return terms_from(json.loads(offer.document))
    if choice not in ENDS:
        raise Invalid(say("There is no offer {number}.", number=number), field="signed")
    ask = ask_of(room.deal, room.policy, room.now.at)
    return ask.target if choice == "target" else ask.walk_away
