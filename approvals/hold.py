"""Holding a grant back until something is settled, and releasing it. The button says "Hold the grant".

A hold placed on a request ends with it. One placed on the deal as a whole outlives requests: it holds the
next one too, until it is released or the deal is closed.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from approvals.advance import advance, open_holds
from approvals.errors import OwnDeal
from approvals.grant import kept_until
from approvals.models import Hold, Request, Step
from approvals.pools import conflicted
from approvals.sight import no_more_sight
from approvals.tell import tell
from base import canonical, clock
from base.errors import Invalid, NotYours, WrongState
from base.inside import lower
from base.words import say
from deals.models import Deal
from deals.share import let_look
from ledger.effects import ring
from ledger.record import record
from people.models import Function, User


@transaction.atomic
def hold(
    request: Request, *, reason: str, by: User | None = None, release_by: User | None = None, cause: str = ""
) -> Hold:
    """Keep `request` from being granted until `release_by` (None: the deal desk) releases it.

    `by` None and `cause` belong to a hold the product places itself ("kickoff:7"): only what placed it
    releases it. Raises NotYours (not the desk), WrongState (the request has ended, or this holds already),
    Invalid (no reason, or a person who may not release it)."""
    at = clock.now()
    deal = Deal.objects.lock(request.deal_id)
    request = Request.objects.lock(request.pk)
    if request.status != Request.Status.OPEN:
        raise WrongState(
            say(
                "Revision {revision} is {status}: nothing to hold.",
                revision=request.revision.number,
                status=lower(request.get_status_display()),
            )
        )
    if not cause:
        refuse_outsider(deal, by)
    refuse_wordless(reason, release_by, deal, submitter=request.submitted_by_id)
    held = Hold(deal=deal, request=request, reason=reason.strip(), by=by, at=at, release_by=release_by)
    held.cause = cause
    return place(held)


@transaction.atomic
def hold_deal(deal: Deal, *, reason: str, cause: str, at: datetime, by: User | None = None) -> Hold:
    """Keep every request of `deal` from being granted until `cause` is settled, also one not asked yet.

    `at`: when, to the day where the minute would tell who. Raises WrongState (the deal is closed, or held for
    this already)."""
    deal = Deal.objects.lock(deal.pk)
    if deal.status != Deal.Status.OPEN:
        raise WrongState(say("{deal} is closed: nothing of it waits for a grant.", deal=deal.number))
    return place(Hold(deal=deal, reason=reason, by=by, at=at, cause=cause))


def place(held: Hold) -> Hold:
    if held.cause and Hold.objects.open().filter(cause=held.cause).exists():
        raise WrongState(say("{deal} is held for this already.", deal=held.deal.number))
    held.save(force_insert=True)
    if held.release_by and not held.release_by.sees_all:
        let_look(held.deal, [held.release_by])
    record(
        held.deal.stream,
        "hold.placed",
        by=held.by,
        at=held.at,
        hold=held.pk,
        request=held.request_id,
        reason=canonical.digest(held.reason),
    )
    if held.release_by:
        tell("held", held.release_by, held.deal, at=held.at, key=f"hold:{held.pk}")
    ring()
    return held


@transaction.atomic
def release(held: Hold, *, by: User | None, note: str, cause: str = "", at: datetime | None = None) -> Hold:
    """Settle what was held; the last one of a request whose steps have all closed grants it there and then.

    `by` None: whoever settled it is not named. With its `cause`, what placed it answers for who may. Raises
    OwnDeal, NotYours (someone else releases it), WrongState (it has ended, or a kept grant has run out),
    Invalid (no note). After a refusal nothing has changed."""
    now = clock.now()
    deal = Deal.objects.lock(held.deal_id)
    request = Request.objects.open().filter(deal=deal).first()
    request = Request.objects.lock(request.pk) if request else None
    held = Hold.objects.select_for_update(no_key=True).get(pk=held.pk)
    held.deal = deal
    refuse_release(held, by=by, cause=cause, request=request)
    if not note.strip():
        raise Invalid(say("Say what settled it."), field="note")
    held.note, held.released_by = note.strip(), by
    let_go(held, at=at or now)
    record(deal.stream, "hold.released", by=by, at=at or now, hold=held.pk, note=canonical.digest(held.note))
    if request:
        request.deal = deal
        refuse_run_out(request, at=now)
        advance(request, at=now)
    ring()
    return held


def refuse_outsider(deal: Deal, by: User | None) -> None:
    if by is None or by.function != Function.DESK or not by.is_active:
        raise NotYours(
            say(
                "The deal desk holds the grant of {deal} back; ask them, or raise a concern.",
                deal=deal.number,
            )
        )


def refuse_wordless(reason: str, release_by: User | None, deal: Deal, *, submitter: int) -> None:
    if not reason.strip():
        raise Invalid(say("Say what must be settled first."), field="reason")
    if release_by and not release_by.is_active:
        raise Invalid(say("{name} does not work here any more.", name=release_by.name), field="release_by")
    if release_by and release_by.pk in conflicted(deal, submitter=submitter):
        raise Invalid(
            say(
                "{release_by} is on the deal team: someone else must release it.", release_by=release_by.name
            ),
            field="release_by",
        )


def refuse_release(held: Hold, *, by: User | None, cause: str, request: Request | None) -> None:
    if held.released_at:
        raise WrongState(say("This is not held any more."))
    if held.cause != cause:
        raise NotYours(say("{reason} It is released where it was raised.", reason=held.reason))
    if cause:
        return  # what placed it has asked who may
    out = conflicted(held.deal, submitter=request.submitted_by_id if request else None)
    if by and by.pk in out:
        raise OwnDeal(
            say(
                "You are on the deal team of {deal}. Someone else releases what holds it.",
                deal=held.deal.number,
            )
        )
    if by is None or not may_release(held, by, out):
        named = named_releaser(held, out)
        if named is None:
            raise NotYours(say("The deal desk releases this, and that is not you."))
        raise NotYours(say("{name} releases this, and that is not you.", name=named.name))


def may_release(held: Hold, user: User, out: Iterable[int]) -> bool:
    """Whether `user` may release it; `out`: ids of those in conflict. The desk stands in for a named person
    who has left or come to be in conflict: a hold never stays for want of anybody."""
    if user.pk in out or not user.is_active:
        return False
    named = named_releaser(held, out)
    return user.pk == named.pk if named else user.function == Function.DESK


def named_releaser(held: Hold, out: Iterable[int]) -> User | None:
    """Who may release it; None when the deal desk does."""
    named = held.release_by
    return named if named and named.is_active and named.pk not in out else None


def refuse_run_out(request: Request, *, at: datetime) -> None:
    """No mandate outlives a grant it keeps: what ran out while it was held is asked again."""
    until = kept_until(request)
    if until and until <= at and nothing_open(request) and not open_holds(request):
        raise WrongState(
            say(
                "An answer that was kept for this revision has run out meanwhile. The seller withdraws it "
                "and asks again, so that it is decided anew."
            )
        )


def nothing_open(request: Request) -> bool:
    return not request.steps.exclude(status__in=Step.SATISFIED).exists()


def end_holds(holds: Iterable[Hold], *, at: datetime) -> None:
    """They end with what they held: nobody released them. The caller holds the deal lock."""
    for held in holds:
        let_go(held, at=at)
        record(held.deal.stream, "hold.ended", by=None, at=at, hold=held.pk)


def let_go(held: Hold, *, at: datetime) -> None:
    held.released_at = at
    held.save()
    if held.release_by_id:
        no_more_sight(held.deal, {held.release_by_id})
