"""A calendar handed in as a file: what it says of somebody's absences replaces what it said before."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction

from approvals.absence import (
    STREAM,
    end,
    facts_of,
    held_still,
    refuse_delegate,
    refuse_function,
    refuse_meddler,
)
from approvals.standing_in import plan
from base import canonical, clock
from base.errors import Invalid
from ledger.record import record
from people.feed import Found, read_feed
from people.models import Absence, User
from people.repeats import Unreadable

UID = 300  # letters
Key = tuple[str, object, object, int | None, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What a calendar came to: absences that are new, that stay, and that are not in it any more."""

    fresh: tuple[Absence, ...]
    kept: tuple[Absence, ...]
    over: tuple[Absence, ...]


@transaction.atomic
def replace_calendar(
    user: User, content: bytes, *, by: User, delegate: User | None = None, function: str = ""
) -> Change:
    """Let `delegate` stand in for `user` whenever this calendar says that they are away. Handed in again, it
    changes what has changed: by event, so the same file changes nothing. What was written down by hand stays.

    Raises NotYours, Invalid (naming the field). After a refusal nothing has changed."""
    at = clock.now()
    refuse_meddler(user, by)
    held = held_still(user)
    refuse_delegate(held, delegate)
    refuse_function(function)
    try:
        found = read_feed(content, zone=ZoneInfo(held.timezone), at=at)
    except Unreadable as unreadable:
        raise Invalid(str(unreadable), field="calendar") from unreadable
    wanted = {key_of(row): row for row in (absence(one, held, delegate, function) for one in found)}
    had = {key_of(row): row for row in Absence.objects.of(held).not_over(at).from_calendar()}
    over = tuple(row for key, row in had.items() if key not in wanted)
    for row in over:
        end(row, by=by, at=at)
    fresh = tuple(row for key, row in wanted.items() if key not in had)
    for row in fresh:
        row.set_by, row.set_at = by, at
        row.save()
        record(STREAM, "absence.set", by=by, at=at, **facts_of(row))
        plan(row, at=at)
    return Change(fresh, tuple(row for key, row in had.items() if key in wanted), over)


def absence(found: Found, user: User, delegate: User | None, function: str) -> Absence:
    """Not yet written down."""
    return Absence(
        user=user,
        delegate=delegate,
        function=function,
        starts=found.starts,
        ends=found.ends,
        source=Absence.Source.CALENDAR,
        uid=short(found.uid),
    )


def short(uid: str) -> str:
    """Names of events have no bound in a calendar."""
    return uid if 0 < len(uid) <= UID else canonical.digest(uid)


def key_of(row: Absence) -> Key:
    return (row.uid, row.starts, row.ends, row.delegate_id, row.function)
