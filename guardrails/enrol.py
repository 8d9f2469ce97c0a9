"""What the ledger keeps of people: what they are to the product, whenever the administration changes it."""

from collections.abc import Mapping
from typing import Any

from base import clock
from guardrails.appoint import STREAM
from ledger.record import record
from people.models import User

KEPT = ("function", "is_active", "is_staff", "is_superuser", "manager_id", "team_id")


def standing_of(user: User) -> dict[str, Any]:
    """By name of the field. Names and addresses are prose and stay out."""
    return {name: getattr(user, name) for name in KEPT}


def note_person(user: User, before: Mapping[str, Any] | None, *, by: User) -> None:
    """Record that `by` added this person (`before` None) or changed what they are: in the transaction of the
    change. Nothing where nothing of it changed."""
    after = standing_of(user)
    if before is None:
        record(STREAM, "person_set", by=by, at=clock.now(), user=user.pk, after=after)
    elif changed := {name: value for name, value in after.items() if value != before[name]}:
        was = {name: before[name] for name in changed}
        record(STREAM, "person_set", by=by, at=clock.now(), user=user.pk, before=was, after=changed)
