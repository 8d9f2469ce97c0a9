"""Follows "deal.closed" and "deal.imported": one row for each ended deal, which others are compared with."""

import json
import math
from decimal import Decimal
from typing import Any

from approvals.models import Closing, Mandate, Request
from deals.document import terms_from
from deals.economics import list_and_net
from deals.models import Deal, Judged, Revision
from guardrails.metric import METRICS
from insights.models import Precedent
from ledger.follow import hears
from ledger.models import Event

DISCOUNT = METRICS["discount"]
KEPT = [field.name for field in Precedent._meta.concrete_fields if field.name not in ("id", "deal")]


@hears("deal.closed", "deal.imported")
def remember(event: Event) -> None:
    """Keep what a deal asked, was granted and signed. The same event again gives the same row again.

    Nothing is kept of what has no price or discount, and of a deal that never asked for anything."""
    row = imported(event) if event.kind == "deal.imported" else closed(event)
    if row is not None:
        Precedent.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["deal"], update_fields=KEPT
        )


def imported(event: Event) -> Precedent | None:
    """One query: past deals come by the hundred thousand."""
    number = int(event.stream.partition(":")[2])
    judged = Judged.objects.select_related("revision__deal").get(revision__deal=number)
    both = None
    if judged.list_signed is not None and judged.net_signed is not None:
        both = judged.list_signed, judged.net_signed
    return row_of(judged.revision.deal, judged.revision, signed=both)


def closed(event: Event) -> Precedent | None:
    """By the mandate it was closed with; without one, by what it asked last, or came in with."""
    related = Closing.objects.select_related("deal", "mandate__request__revision")
    closing = related.get(pk=event.facts["closing"])
    deal, mandate = closing.deal, closing.mandate
    asked = mandate.request if mandate else last_asked(deal)
    revision = asked.revision if asked else deal.revisions.order_by("number").last()
    if revision is None:
        return None
    signed = list_and_net(terms_from(json.loads(closing.document))) if closing.won else None
    granted = granted_by(mandate) if mandate else {}
    return row_of(deal, revision, signed=signed, answer=asked.status if asked else "", **granted)


def last_asked(deal: Deal) -> Request | None:
    return Request.objects.filter(deal=deal).select_related("revision").newest_first().first()


def granted_by(mandate: Mandate) -> dict[str, Any]:
    """How far it let the discount and the net price go."""
    limits = {limit.key: limit.value for limit in mandate.limit_rows}
    return {"granted_discount": limits.get("discount"), "granted_net": mandate.net_at_limit}


def row_of(
    deal: Deal, revision: Revision, *, signed: tuple[Decimal, Decimal] | None, **more: Any
) -> Precedent | None:
    """`signed`: list and net of what was won, in the deal's currency. None while it is open."""
    net, asked = revision.net_walk_away, revision.measured("walk_away").values
    if deal.closed_at is None or not net or net < 0 or asked["discount"] is None:
        return None
    return Precedent(
        deal=deal,
        revision=revision,
        seller_id=deal.owner_id,
        team_id=deal.team_id,
        segment=deal.segment,
        region=deal.region,
        deal_type=deal.deal_type,
        doublings=doublings(net * revision.rate),
        discount=asked["discount"],
        payment_days=asked["payment_days"],
        term_months=asked["term_months"],
        signed_net=signed[1] if signed else None,
        signed_discount=discount_of(*signed) if signed else None,
        won=deal.status == Deal.Status.WON,
        ended_at=deal.closed_at,
        **more,
    )


def doublings(amount: Decimal) -> float:
    """A positive amount as a power of two. Raises ValueError for any other."""
    return math.log2(amount)


def discount_of(listed: Decimal, net: Decimal) -> Decimal | None:
    """In percent of list, on the step of the metric."""
    return DISCOUNT.quantise((listed - net) * 100 / listed) if listed else None
