"""Freezing a draft as a revision: what was asked, of which worth, in which world."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from base import canonical, clock
from base.errors import Invalid
from base.words import say
from deals.catalogue import rate_row
from deals.document import Document, ask_document, measured_document, terms_hash
from deals.draft import ask_of, gets_of, texts_of
from deals.economics import list_and_net, measure
from deals.excepted import hold_exceptions, world_for
from deals.exception import with_exceptions
from deals.models import Deal, Revision
from deals.rates import hold_rates
from deals.terms import Terms
from guardrails.models import PolicyVersion
from people.models import User


def freeze(deal: Deal, *, by: User, at: datetime, version: PolicyVersion) -> Revision:
    """The draft as the next revision, measured under `version`; `problems` must be empty, the deal locked.

    Raises Invalid when something that prices the deal is unknown.
    """
    policy = version.policy
    if deal.currency != policy.currency:
        hold_rates()
    hold_exceptions(deal)
    ask = ask_of(deal, policy, at)
    world, exceptions = world_for(deal, ask, policy, at)
    asked = ask_document(
        ask, world, gets_of(deal), deal.wanted_expiry, texts_of(deal, policy), salt=str(deal.salt)
    )
    document: Document = {**with_exceptions(asked, exceptions), "brief": brief_of(deal)}
    text = canonical.dumps(document)
    measured = [measure(terms, policy, world) for terms in (ask.target, ask.walk_away)]
    list_total, net_target = priced(ask.target)
    return Revision.objects.create(
        deal=deal,
        number=Revision.objects.filter(deal=deal).count() + 1,
        document=text,
        sha256=canonical.digest(text),
        terms_hash=terms_hash(document),
        measured_target=canonical.dumps(measured_document(measured[0])),
        measured_walk_away=canonical.dumps(measured_document(measured[1])),
        list_total=list_total,
        net_target=net_target,
        net_walk_away=priced(ask.walk_away)[1],
        margin_target=measured[0].values["margin"],
        margin_walk_away=measured[1].values["margin"],
        currency=deal.currency,
        rate=ask.target.rate,
        **rated(deal.currency, policy.currency, clock.date_of(at)),
        submitted_by=by,
        created_at=at,
    )


def rated(currency: str, company: str, day: date) -> dict[str, Any]:
    """Where the rate that is pinned is from; the company's own currency has none."""
    known = rate_row(currency, company, day)
    return {"rate_date": known.date, "rate_source": known.source} if known else {}


def priced(terms: Terms) -> tuple[Decimal, Decimal]:
    both = list_and_net(terms)
    if both is None:
        raise Invalid(
            say("Without the contract length nobody can say what this costs."), field="terms.term_months"
        )
    return both


def brief_of(deal: Deal) -> dict[str, object]:
    """What the brief says around the terms, as it is frozen with them."""
    exchanges = [
        {"give": row.give, "give_value": row.give_value, "get": row.get, "get_value": row.get_value}
        for row in deal.exchanges.all()
    ]
    priorities = [
        {"text": row.text, "must": row.must, "who": row.who, "confirmed_on": row.confirmed_on}
        for row in deal.priorities.all()
    ]
    return {
        "number": deal.number,
        "title": deal.title,
        "account": deal.account.name,
        "owner": deal.owner_id,
        "decision_owner": deal.decision_owner_id,
        "wanted_signature": deal.wanted_signature,
        "objective": deal.objective,
        "non_negotiables": deal.non_negotiables,
        "priorities": priorities,
        "exchanges": exchanges,
        "successes": {row.function: row.text for row in deal.successes.all()},
        "own_texts": {row.clause: row.own_text for row in deal.clauses.all() if row.own_text},
    }
