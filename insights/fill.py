"""Follows "deal.closed": one row for each won deal, built from its closing and mandate alone."""

import json
from decimal import Decimal
from typing import Any

from approvals.models import Closing, Mandate
from deals.document import terms_from
from deals.economics import list_and_net
from deals.terms import Terms
from insights.leakage import Leakage, compare
from insights.models import Leak
from ledger.follow import hears
from ledger.models import Event


@hears("deal.closed")
def fill(event: Event) -> None:
    """Write down what a won deal gave away. The same event again gives the same row again."""
    related = Closing.objects.select_related("deal", "mandate__request__revision")
    closing = related.get(pk=event.facts["closing"])
    if closing.won:
        Leak.objects.update_or_create(deal=closing.deal, defaults=row_of(closing))


def row_of(closing: Closing) -> dict[str, Any]:
    deal, mandate, signed = closing.deal, closing.mandate, signed_terms(closing)
    found = leakage_of(closing, mandate)
    own = list_and_net(signed)
    return {
        "mandate": mandate,
        "seller_id": deal.owner_id,
        "team_id": deal.team_id,
        "segment": deal.segment,
        "region": deal.region,
        "signed_on": deal.signed_at,
        "closed_at": closing.at,
        "inside": bool(closing.inside),
        "as_asked": found is not None and found.as_asked,
        "currency": signed.frame.currency,
        "rate": rate_of(signed, mandate),
        "list_total": own[0] if own else None,
        "signed": own[1] if own else None,
        "target": found.target if found else None,
        "walk_away": found.walk_away if found else None,
        "limit": found.limit if found else None,
    }


def leakage_of(closing: Closing, mandate: Mandate | None) -> Leakage | None:
    """A won deal against `mandate`, the one it was closed with. None: there is nothing to compare with."""
    if mandate is None:
        return None
    corner = terms_from(json.loads(mandate.corner))
    return compare(signed_terms(closing), mandate.request.revision.ask, corner, inside=bool(closing.inside))


def signed_terms(closing: Closing) -> Terms:
    return terms_from(json.loads(closing.document))


def rate_of(signed: Terms, mandate: Mandate | None) -> Decimal:
    """As pinned by the ask; of the signed terms when they are in another currency, or nothing was asked."""
    revision = mandate.request.revision if mandate else None
    return revision.rate if revision and revision.currency == signed.frame.currency else signed.rate
