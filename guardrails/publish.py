from datetime import datetime

from django.db import transaction

from base import clock
from base.errors import Invalid, WrongState
from base.words import say
from guardrails.load import STREAM, refuse_unless_desk
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import User

Status = PolicyVersion.Status


@transaction.atomic
def publish(version: PolicyVersion, *, by: User, effective_from: datetime | None = None) -> PolicyVersion:
    """Let this reviewed version judge what is asked from `effective_from` (now) on; it never changes again.

    Mandates already granted and requests under way keep the version they were judged by.
    Raises NotYours, Invalid (from the past), WrongState (not reviewed, or a later one is published).
    """
    at = clock.now()
    refuse_unless_desk(by)
    start = effective_from or at
    if start < at:
        raise Invalid(say("A policy cannot judge the past: choose now or later."), field="effective_from")
    refuse_older(version)
    reviewed = PolicyVersion.objects.filter(pk=version.pk, status=Status.REVIEWED, sha256=version.sha256)
    if not reviewed.update(status=Status.PUBLISHED, published_by=by, published_at=at, effective_from=start):
        refuse_unreviewed(version)
        raise WrongState(say("{version} is not reviewed as you have read it.", version=version.name))
    version.refresh_from_db()
    record(
        STREAM, "policy_published", by=by, at=at,
        number=version.number, sha256=version.sha256, effective_from=start,
    )  # fmt: skip
    return version


def refuse_unreviewed(version: PolicyVersion) -> None:
    if PolicyVersion.objects.filter(pk=version.pk, status=Status.DRAFT).exists():
        words = say(
            "{version} is not reviewed yet. Let a second person do so: manage.py policy review {number}.",
            version=version.name, number=version.number,
        )  # fmt: skip
        raise WrongState(words)


def refuse_older(version: PolicyVersion) -> None:
    later = PolicyVersion.objects.published().filter(number__gt=version.number).order_by("number").first()
    if later:
        raise WrongState(
            say("{later} is published already; {version} is older.", later=later.name, version=version.name)
        )
