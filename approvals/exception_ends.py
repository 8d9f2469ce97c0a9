"""The end of an exception of an account: told some days before, and when it is over.

Whether it is in force is always computed from its last day; this only tells.
"""

from datetime import datetime, timedelta

from approvals.tell import tell
from approvals.validity import after
from base import clock
from deals.models import AccountException, Deal
from ledger.effects import planned
from ledger.models import Effect
from ledger.record import record

AHEAD = timedelta(days=7)


def timers_of(row: AccountException) -> str:
    """The key under which everything that is due for this exception is scheduled."""
    return f"exception:{row.pk}"


def ends_of(row: AccountException, *, at: datetime) -> list[Effect]:
    """A word a week before its last day is over, unless that has passed, and one when it is."""
    over = after(row.until)
    dues = {"exception_soon": over - AHEAD, "exception_over": over}
    return [
        planned(kind, timers_of(row), f"{kind}:{row.pk}:1:1", due, exception=row.pk)
        for kind, due in dues.items()
        if due > at
    ]


def soon(effect: Effect, now: datetime) -> None:
    """Still in force? Then say that it ends: its deals need another one, or narrower terms."""
    row = locked(effect)
    if row.in_force(clock.date_of(now)):
        record(row.deal.stream, "exception.ends_soon", by=None, at=now, exception=row.pk)
        announce("exception_soon", row, at=now)


def over(effect: Effect, now: datetime) -> None:
    """Its last day is over, and nobody revoked it before: say so."""
    row = locked(effect)
    if row.revoked_at is None and row.until < clock.date_of(now):
        record(row.deal.stream, "exception.ran_out", by=None, at=now, exception=row.pk)
        announce("exception_over", row, at=now)


def locked(effect: Effect) -> AccountException:
    """The exception as it is now, under the lock of the deal it was granted on."""
    found = AccountException.objects.get(pk=effect.facts["exception"])
    Deal.objects.lock(found.deal_id)
    return AccountException.objects.select_related("deal").get(pk=found.pk)


def announce(what: str, row: AccountException, *, at: datetime) -> None:
    for deal in deals_with(row):
        tell(what, deal.owner, deal, at=at, key=timers_of(row))


def deals_with(row: AccountException) -> list[Deal]:
    """A deal for each seller whom it concerns: an open one of theirs with the account, or the one it was
    granted on."""
    of_account = Deal.objects.filter(account=row.account_id).select_related("account", "owner").order_by("pk")
    concerned = [one for one in of_account if one.is_open or one.pk == row.deal_id]
    first = {one.owner_id: one for one in sorted(concerned, key=lambda one: one.is_open)}
    return list(first.values())
