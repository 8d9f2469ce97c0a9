"""The terms that may have been signed: any offer, or what the brief asks."""

import json
from collections.abc import Mapping

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
    """Choices, the newest offer first."""
    offers = [
        (
            f"offer-{one.number}",
            say("Offer {number}, {amount}", number=one.number, amount=money(one.net, room.deal.currency)),
        )
        for one in reversed(room.offers)
    ]
    return [*offers, *((key, say(words)) for key, words in ENDS.items())]


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
