from typing import Any

from django.db import transaction

from base import clock
from base.errors import NotYours, WrongState
from base.words import say
from guardrails.load import STREAM, entered
from guardrails.models import MAY_REVIEW, PolicyVersion
from ledger.record import record
from people.models import User

Status = PolicyVersion.Status


@transaction.atomic
def review(version: PolicyVersion, *, by: User, typed: bool = False) -> PolicyVersion:
    """Say that the text of this draft, as it was read into `version`, may be published. Said again by the
    same person, it changes nothing. `typed`: on the command line, where nobody has signed in.

    Raises NotYours (the drafter, or a function that answers for no guardrail), WrongState (changed since, or
    somebody else agreed already).
    """
    if by.function not in MAY_REVIEW:
        raise NotYours(
            say("The policy is reviewed by those who answer for it: the desk or a function that signs.")
        )
    if by == version.drafted_by:
        raise NotYours(say("A second person reviews a policy: you have drafted this one."))
    draft = PolicyVersion.objects.filter(
        pk=version.pk, status=Status.DRAFT, sha256=version.sha256, drafted_by=version.drafted_by
    )
    if not draft.update(status=Status.REVIEWED, reviewed_by=by, review_typed=typed):
        return reviewed_already(version, by)
    version.refresh_from_db()
    said: dict[str, Any] = {"number": version.number, "sha256": version.sha256, **entered(typed)}
    record(STREAM, "policy_reviewed", by=by, at=clock.now(), **said)
    return version


def reviewed_already(version: PolicyVersion, by: User) -> PolicyVersion:
    now = PolicyVersion.objects.select_related("reviewed_by").get(pk=version.pk)
    if now.sha256 != version.sha256 or now.reviewed_by is None:
        raise WrongState(say("{version} is no longer the draft you have read.", version=version.name))
    if now.reviewed_by != by:
        name = now.reviewed_by.name
        raise WrongState(say("{name} has agreed to {version} already.", name=name, version=version.name))
    return now
