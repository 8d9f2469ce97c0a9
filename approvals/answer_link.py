"""Deciding from a message: a link for one person, about one step, on the terms they were asked about.

It is no key: it opens for nobody but that person, signed in, and what it decides goes through `decide`.
"""

from datetime import datetime

from django.db import transaction

from approvals.decide import Ruling, decide, refuse_or_seat
from approvals.errors import ForAnother, LinkExpired, LinkUsed
from approvals.models import AnswerLink, Decision
from approvals.when import moment
from base import canonical, clock
from base.words import say
from deals.models import Deal
from people.models import User


def link_of(token: str) -> AnswerLink | None:
    """Looked up by its hash, so that how long it takes tells nothing of how near a guess comes."""
    related = AnswerLink.objects.select_related("user", "step__deal", "step__request__version")
    return related.filter(digest=canonical.digest(token)).first()


@transaction.atomic
def answer_by_link(link: AnswerLink, *, by: User, ruling: Ruling) -> Decision:
    """Decide the step of `link`, for the terms it was made for, and use it up.

    Raises ForAnother, LinkUsed, LinkExpired, and what `decide` raises. After a refusal nothing has changed,
    and the link is as good as before."""
    at = clock.now()
    Deal.objects.lock(link.step.deal_id)
    related = AnswerLink.objects.select_related("user", "step__deal", "step__request__version")
    held = related.select_for_update(no_key=True, of=("self",)).get(pk=link.pk)
    refuse_link(held, by=by, at=at)
    decision = decide(held.step, by=by, ruling=ruling, seen=held.terms_hash)
    held.used_at = decision.at
    held.save(update_fields=["used_at"])
    return decision


def refuse_link(link: AnswerLink, *, by: User, at: datetime) -> None:
    """All that stands against using it now, without changing anything. What has become of the step comes
    before the time of the link: it says more."""
    if by.pk != link.user_id:
        raise ForAnother(say("This link was made for {user}.", user=link.user.name))
    if link.used_at:
        raise LinkUsed(say("You have answered with this link on {moment}.", moment=moment(link.used_at)))
    refuse_or_seat(link.step, by=by, seen=link.terms_hash, at=at)
    if link.expired(at):
        raise LinkExpired(say("It was good until {moment}.", moment=moment(link.expires_at)))
