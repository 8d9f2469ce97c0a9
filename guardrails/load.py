from typing import Any

from django.db import transaction

from base import clock
from base.canonical import digest
from base.db import translate
from base.errors import NotYours, WrongState
from base.words import mark, say
from guardrails import toml
from guardrails.errors import BadPolicy, OtherDraft
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import Function, User

STREAM = "policy"
Status = PolicyVersion.Status
TAKEN = {"guardrails_policy_number_once": mark("Someone has just loaded this version. Load yours again.")}


def load(text: str, *, by: User, seen: str | None = None, typed: bool = False) -> PolicyVersion:
    """Keep `text` as the draft of the version it numbers; once it is changed it must be reviewed anew.
    `seen`: the hash of the draft that stood there when the text was written, "" for none; None replaces any.
    `typed`: on the command line, where nobody has signed in.

    Raises NotYours, BadPolicy (every mistake with its line), WrongState (published already), OtherDraft.
    """
    refuse_unless_desk(by)
    number = read(text)
    with translate(TAKEN), transaction.atomic():
        version = PolicyVersion.objects.select_for_update(no_key=True).filter(number=number).first()
        sha256 = digest(text)
        if version is None:
            version = PolicyVersion(number=number)
        elif version.sha256 == sha256:
            return version
        elif version.status == Status.PUBLISHED:
            raise WrongState(
                say(
                    "{version} is published and stays as it is. Number your draft higher.",
                    version=version.name,
                )
            )
        elif seen is not None and seen != version.sha256:
            raise OtherDraft(version)
        version.text, version.sha256, version.status = text, sha256, Status.DRAFT
        version.drafted_by, version.reviewed_by, version.review_typed = by, None, False
        version.save()
        record(STREAM, "policy_loaded", by=by, at=clock.now(), number=number, sha256=sha256, **entered(typed))
    return version


def entered(typed: bool) -> dict[str, Any]:
    """What the ledger says of an act whose author is only what an operator typed."""
    return {"entered": "command-line"} if typed else {}


def read(text: str) -> int:
    try:
        return toml.load(text).number
    except toml.PolicyErrors as errors:
        raise BadPolicy(errors.mistakes) from errors


def refuse_unless_desk(by: User) -> None:
    if by.function != Function.DESK:
        raise NotYours(say("Only the deal desk writes and publishes the policy."))
