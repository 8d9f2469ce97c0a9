from django.db import transaction

from base import clock
from base.errors import NotYours, WrongState
from base.words import say
from guardrails.load import STREAM
from guardrails.models import MAY_REVIEW, PolicyVersion
from ledger.record import record
from people.models import User

Status = PolicyVersion.Status


@transaction.atomic
def review(version: PolicyVersion, *, by: User) -> PolicyVersion:
    """Say that the text of this draft, as it was read into `version`, may be published.

    Raises NotYours (the drafter, or a function that answers for no guardrail), WrongState (changed since).
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
    if not draft.update(status=Status.REVIEWED, reviewed_by=by):
        raise WrongState(say("{version} is no longer the draft you have read.", version=version.name))
    version.refresh_from_db()
    record(STREAM, "policy_reviewed", by=by, at=clock.now(), number=version.number, sha256=version.sha256)
    return version
