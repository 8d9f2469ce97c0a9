"""Following a deal without a part in it: a watcher sees it, is told how it goes on, and decides nothing."""

from django.db import transaction

from approvals.models import Watch
from approvals.sight import no_more_sight
from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from deals.models import Deal
from deals.share import let_look, may_edit
from ledger.record import record
from people.models import Function, User


@transaction.atomic
def watch(deal: Deal, *, by: User, who: User) -> Watch:
    """Let `who` see `deal` and be told of every answer that ends a request. Whoever sees it may watch it; its
    owner, its team and the deal desk may add others.

    Raises NotYours, WrongState (watched already), Invalid (someone who left)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_to_watch(deal, by=by, who=who)
    if not who.is_active:
        raise Invalid(say("{name} does not work here any more.", name=who.name), field="who")
    if Watch.objects.filter(deal=deal, user=who, ended_at=None).exists():
        raise WrongState(say("{who} watches {deal} already.", who=who.name, deal=deal.number))
    if not who.sees_all:
        let_look(deal, [who])
    watching = Watch.objects.create(deal=deal, user=who, by=by, since=at)
    record(deal.stream, "deal.watched", by=by, at=at, user=who.pk)
    return watching


@transaction.atomic
def unwatch(deal: Deal, *, by: User, who: User) -> Watch:
    """End it; the sight that came with it ends too, unless something else needs it. Whoever watches may end
    that themselves. Raises NotYours, WrongState (nobody watches)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_to_watch(deal, by=by, who=who)
    watching = Watch.objects.filter(deal=deal, user=who, ended_at=None).first()
    if watching is None:
        raise WrongState(say("{who} does not watch {deal}.", who=who.name, deal=deal.number))
    watching.ended_at = at
    watching.save(update_fields=["ended_at"])
    no_more_sight(deal, [who.pk])
    record(deal.stream, "deal.unwatched", by=by, at=at, user=who.pk)
    return watching


def refuse_to_watch(deal: Deal, *, by: User, who: User) -> None:
    """Only who sees the deal, and for others only who works on it or the deal desk."""
    if not Deal.objects.visible_to(by).filter(pk=deal.pk).exists():
        raise NotYours(say("You do not see this deal."))
    if by != who and by.function != Function.DESK and not may_edit(deal, by):
        raise NotYours(
            say("Only its owner, its team and the deal desk let others watch {deal}.", deal=deal.number)
        )
