"""The terms that may have been signed: any offer, or what the brief asks; and what we got in return."""

import json
from collections.abc import Collection, Mapping, Sequence

from approvals.models import Offer
from base.errors import Invalid
from base.format import money
from base.locales import HOUSE, speaking
from base.words import mark, say
from deals.document import terms_from
from deals.draft import ask_of
from deals.models import Exchange
from deals.terms import Terms
from desk.head import Room
from desk.phrases import listed

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


def gets_of(room: Room) -> list[tuple[str, str]]:
    """What the brief asks for in return, by its id: "They are a reference, €8,000". One query."""
    asked = (one for one in room.deal.exchanges.all() if one.get)
    return [(str(one.pk), get_words(one, room.deal.currency)) for one in asked]


def get_words(one: Exchange, currency: str) -> str:
    if one.get_value is None:
        return one.get
    return say("{get}, {value}", get=one.get, value=money(one.get_value, currency))


@speaking(HOUSE)  # it is kept
def with_gets(reason: str, room: Room, got: Collection[str]) -> str:
    """The reason of a deal that was won, and after it what we got of what was asked in return."""
    asked = gets_of(room)
    parts = [
        reason.strip(),
        gets_words(mark("We got: {gets}."), [words for key, words in asked if key in got]),
        gets_words(mark("We did not get: {gets}."), [words for key, words in asked if key not in got]),
    ]
    return " ".join(part for part in parts if part)


def gets_words(words: str, gets: Sequence[str]) -> str:
    return say(words, gets=listed(gets)) if gets else ""
