"""Withdrawing an open request. The button says "Withdraw"."""

from django.db import transaction

from approvals.finish import finish
from approvals.models import Request
from base import clock
from base.errors import WrongState
from base.words import say
from deals.models import Deal
from deals.share import refuse_stranger
from people.models import User


@transaction.atomic
def recall(deal: Deal, *, by: User) -> Request:
    """End the open request of `deal`; a mandate granted before stays usable. Raises NotYours, WrongState."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    request = Request.objects.open().filter(deal=deal).select_for_update(no_key=True).first()
    if request is None:
        raise WrongState(
            say("Nothing of {deal} is in review, so there is nothing to withdraw.", deal=deal.number)
        )
    finish(request, Request.Status.RECALLED, at=at, by=by)
    return request
