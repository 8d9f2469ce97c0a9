"""Let the ledger go on, on a server whose transaction counter begins anew, as after a restore."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from ledger.follow import again, own_transaction
from ledger.models import Event, Follower, Server

LOCK = "LOCK TABLE ledger_event IN SHARE ROW EXCLUSIVE MODE"  # nobody adds an event meanwhile


@dataclass(frozen=True, slots=True)
class Adopted:
    """`base` is added to this server's numbers from now on. `again`: followers begin anew, because events
    were written here before, with numbers below the old ones."""

    base: int
    again: bool


@transaction.atomic
def adopt(*, at: datetime) -> Adopted | None:
    """Have the next event numbered after all there are, so that followers stay where they are and miss
    nothing. None when this server counts further already. Only the owner of the tables may."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute("SELECT pg_current_xact_id()")
    newest = Event.objects.order_by("-txid", "-pk").first()
    places = Follower.objects.aggregate(furthest=Max("txid"))
    highest = max(newest.txid if newest else 0, places["furthest"] or 0)
    if own_transaction() > highest:
        return None
    Server.objects.create(base=highest, since=at)
    strays = newest is not None and Event.objects.filter(pk__gt=newest.pk).exists()
    for name in settings.FOLLOWERS if strays else ():
        again(name)
    return Adopted(highest, strays)
