from datetime import datetime
from typing import Any

from django.db import transaction

from base import clock
from base.errors import Invalid, WrongState
from base.words import say
from guardrails.errors import NotReviewed
from guardrails.load import STREAM, entered, refuse_unless_desk
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import User

Status = PolicyVersion.Status


@transaction.atomic
def publish(
    version: PolicyVersion, *, by: User, effective_from: datetime | None = None, typed: bool = False
) -> PolicyVersion:
    """Let this reviewed version judge what is asked from `effective_from` (now) on; it never changes again.

    Mandates already granted and requests under way keep the version they were judged by. `typed`: on the
    command line, where nobody has signed in. Sent again by the same person it changes nothing.
    Raises NotYours, Invalid (from the past), NotReviewed, WrongState (published by somebody else, changed
    meanwhile, or a later one is published).
    """
    at = clock.now()
    refuse_unless_desk(by)
    start = effective_from or at
    if start < at:
        raise Invalid(say("A policy cannot judge the past: choose now or later."), field="effective_from")
    refuse_older(version)
    reviewed = PolicyVersion.objects.filter(pk=version.pk, status=Status.REVIEWED, sha256=version.sha256)
    if not reviewed.update(status=Status.PUBLISHED, published_by=by, published_at=at, effective_from=start):
        return published_already(version, by)
    version.refresh_from_db()
    said: dict[str, Any] = {"number": version.number, "sha256": version.sha256, **entered(typed)}
    record(STREAM, "policy_published", by=by, at=at, effective_from=start, **said)
    return version


def published_already(version: PolicyVersion, by: User) -> PolicyVersion:
    """Sent twice by one person it is one act. For all others: what has become of it."""
    now = PolicyVersion.objects.select_related("published_by").get(pk=version.pk)
    if now.published_by == by and now.sha256 == version.sha256:
        return now
    if now.published_by:
        name = now.published_by.name
        raise WrongState(say("{name} has published {version} already.", name=name, version=now.name))
    if now.reviewed_by_id is None and now.sha256 == version.sha256:
        raise NotReviewed(say("Nobody has reviewed {version} yet.", version=now.name))
    raise WrongState(say("{version} is no longer the draft you have read.", version=now.name))


def refuse_older(version: PolicyVersion) -> None:
    later = PolicyVersion.objects.published().filter(number__gt=version.number).order_by("number").first()
    if later:
        raise WrongState(
            say("{later} is published already; {version} is older.", later=later.name, version=version.name)
        )
