"""The terms of an offer as text for a mail to the buyer: nothing of our limits, our cost or our mandate."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from approvals.limit import CLAUSE, name_of
from approvals.models import Offer
from base.format import long_day, money, number, percent
from base.words import say
from deals.document import terms_from
from deals.economics import list_and_net
from deals.models import Deal
from deals.terms import TYPED, Line, Terms
from desk.phrases import shown
from desk.room import NONE_OF_IT
from guardrails.metric import METRICS
from guardrails.policy import Policy


def text_of_offer(offer: Offer, deal: Deal, policy: Policy) -> str:
    """Of one that is written down and lies inside its mandate; nothing of any other."""
    if not offer.inside:
        return ""
    return text_of(terms_from(json.loads(offer.document)), offer.good_until, deal, policy)


def text_of(terms: Terms, good_until: date, deal: Deal, policy: Policy) -> str:
    """Line by line: what is sold, for how much, on which terms, until when. In the reader's language."""
    blocks = (
        [f"{deal.account.name}: {deal.title}"],
        [line_words(line) for line in terms.lines],
        list(price_words(terms, deal.currency)),
        list(term_words(terms, deal.currency, policy)),
        [say("Good until {day}.", day=long_day(good_until))],
    )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def line_words(line: Line) -> str:
    """ "60 × Control Platform, 18 % off the list price"."""
    named = {"quantity": number(line.quantity), "name": line.name}
    if not line.discount:
        return say("{quantity} × {name}, at the list price", **named)
    off = percent(line.discount.quantize(Decimal("0.01")), 2 if line.discount % 1 else 0)
    return say("{quantity} × {name}, {off} off the list price", off=off, **named)


def price_words(terms: Terms, currency: str) -> Iterator[str]:
    priced = list_and_net(terms)
    if priced is None:
        return
    listed, net = priced
    yield say("List price: {amount}", amount=money(listed, currency))
    yield say("Your price: {amount}", amount=money(net, currency))


def term_words(terms: Terms, currency: str, policy: Policy) -> Iterator[str]:
    for key in TYPED:
        if (value := terms.values.get(key)) is not None and (value or key not in NONE_OF_IT):
            yield say("{term}: {value}", term=METRICS[key].said, value=METRICS[key].show(value, currency))
    for clause in policy.clauses:
        key = f"{CLAUSE}{clause.key}"
        words = shown(key, terms.clauses.get(clause.key), policy)
        yield say("{term}: {value}", term=name_of(key, policy), value=words)
