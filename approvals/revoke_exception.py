"""Taking an exception back from an account. The button says "Revoke"."""

from django.db import transaction

from approvals.exception_ends import timers_of
from base import canonical, clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from deals.models import AccountException, Deal
from ledger.effects import cancel
from ledger.record import record
from people.models import Function, User


@transaction.atomic
def revoke_exception(exception: AccountException, *, by: User, reason: str) -> AccountException:
    """End `exception` now: no deal asks by it any more; what was asked before keeps it.

    Raises NotYours (only the desk revokes), Invalid (no reason), WrongState (revoked already, or run out)."""
    at = clock.now()
    deal = Deal.objects.lock(exception.deal_id)
    exception = AccountException.objects.select_for_update(no_key=True).get(pk=exception.pk)
    if by.function != Function.DESK:
        raise NotYours(say("The deal desk revokes exceptions."))
    if exception.revoked_at is not None:
        raise WrongState(say("This exception is revoked already."))
    if not exception.in_force(clock.date_of(at)):
        raise WrongState(say("This exception has run out; there is nothing to revoke."))
    if not reason.strip():
        raise Invalid(say("Say why: its account is held to the guardrail again."), field="reason")
    exception.revoked_at, exception.revoked_by, exception.revoked_reason = at, by, reason.strip()
    exception.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    cancel(timers_of(exception))
    record(
        deal.stream,
        "exception.revoked",
        by=by,
        at=at,
        exception=exception.pk,
        reason=canonical.digest(exception.revoked_reason),
    )
    return exception
