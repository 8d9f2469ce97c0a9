"""How far a deal is, in a word or two: what a list of deals of any kind says of each."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from approvals.models import Mandate, Request, Step
from base.words import mark, say
from deals.models import Deal
from deals.models.deal import DealQuerySet

State = tuple[str, str, str]  # word, tone and icon
WON: State = (mark("Won"), "ok", "check")
LOST: State = (mark("Lost"), "", "archive")
BACK: State = (mark("Changes asked"), "warn", "message-reply")
ACTIVE: State = (mark("Mandate active"), "ok", "shield-check")
RAN_OUT: State = (mark("Mandate ran out"), "warn", "clock-exclamation")
DRAFT: State = (mark("Draft"), "", "pencil")
LAST: Mapping[str, State] = {
    Request.Status.OPEN: (mark("In review"), "on", "progress"),
    Request.Status.DECLINED: (mark("Declined"), "bad", "x"),
    Request.Status.RECALLED: (mark("Withdrawn"), "", "archive"),
}


def with_state(deals: DealQuerySet, at: datetime) -> DealQuerySet:
    """Each with what `state_of` needs: no query more."""
    requests = Request.objects.filter(deal=OuterRef("pk")).newest_first()
    standing = Mandate.objects.standing().filter(deal=OuterRef("pk"))
    back = Step.objects.filter(
        deal=OuterRef("pk"), request__status=Request.Status.OPEN, status=Step.Status.RETURNED
    )
    return deals.annotate(
        last_asked=Subquery(requests.values("status")[:1]),
        changes_asked=Exists(back),
        may_offer=Exists(standing.filter(expires_at__gt=at)),
        ran_out=Exists(standing.filter(expires_at__lte=at)),
    )


def state_of(deal: Deal) -> State:
    """Word, tone and icon of a deal that was read `with_state`: KeyError otherwise."""
    word, tone, icon = found(deal)
    return say(word), tone, icon


def found(deal: Deal) -> State:
    read = vars(deal)
    if not deal.is_open:
        return WON if deal.status == Deal.Status.WON else LOST
    if read["changes_asked"]:
        return BACK
    if read["may_offer"]:
        return ACTIVE
    if read["last_asked"] == Request.Status.OPEN:
        return LAST[Request.Status.OPEN]
    return RAN_OUT if read["ran_out"] else LAST.get(read["last_asked"], DRAFT)
