"""Offers of the Brandt deal, recorded as Maya would record them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

from approvals.models import Mandate, Offer
from approvals.offer import offer
from base import clock
from deals.terms import Terms
from tests.brandt import OFFER_5
from tests.cast import Cast

HELD = timedelta(days=14)


def terms_at(mandate: Mandate, discounts: tuple[str, ...], **values: str) -> Terms:
    """The granted walk-away with other discounts and terms."""
    walk_away = mandate.request.revision.ask.walk_away
    lines = zip(walk_away.lines, discounts, strict=True)
    typed = {key: D(value) for key, value in values.items()}
    return replace(
        walk_away,
        lines=tuple(replace(line, discount=D(discount)) for line, discount in lines),
        values={**walk_away.values, **typed},
    )


def offer_inside(mandate: Mandate, cast: Cast, **said: Any) -> Offer:
    """Offer 4 of the pictures, nearly: 16 %, 45 days, 16 days of work, 14 weeks."""
    typed = {"payment_days": "45", "custom_days": "16", "weeks_to_live": "14"}
    terms = terms_at(mandate, ("20", "14", "5", "8"), **typed)
    return offer(mandate.deal, by=cast.maya, terms=terms, good_until=clock.today() + HELD, **said)


def offer_five(mandate: Mandate, cast: Cast) -> Offer:
    """What the buyer asks: 22.5 % and 60 days."""
    terms = terms_at(mandate, OFFER_5)
    good = clock.today() + HELD
    return offer(mandate.deal, by=cast.maya, terms=terms, good_until=good, direction="asked")


def typed(**changed: str) -> dict[str, str]:
    """The offer form as it is filled in for 20.0 % and 45 days; no lines of their own."""
    until = clock.today() + HELD
    return {
        "discount": "20.0",
        "lines": "together",
        "payment_days": "45",
        "invoices_per_year": "1",
        "term_months": "36",
        "free_months": "0",
        "price_rise": "2.0",
        "custom_days": "20",
        "weeks_to_live": "13",
        "clause_liability": "fallback-1",
        "clause_data": "standard",
        "clause_law": "fallback-1",
        "clause_exit": "standard",
        "good_until": until.isoformat(),
        "direction": "sent",
        "note": "",
        **changed,
    }
