"""What a version of the policy would have changed: past requests judged by it again, bounded."""

import json
from dataclasses import dataclass

from approvals.models import Request
from approvals.replay import Change, again, changes
from base import clock
from base.errors import NotYours
from base.words import say
from guardrails.evaluation import from_document
from guardrails.hidden import view_at
from guardrails.models import MAY_REVIEW, PolicyVersion
from people.models import Function, User

MOST = 500  # the newest requests, about a second; all of them: manage.py replay


@dataclass(frozen=True, slots=True)
class Row:
    request: Request
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """`rows`: those that would have gone to other people. `bounded`: there are older ones."""

    version: PolicyVersion
    count: int
    bounded: bool
    rows: tuple[Row, ...]


def replay_for(user: User, version: PolicyVersion) -> Replay:
    """The newest MOST requests that this person may see. Reads only. Raises NotYours."""
    if user.function not in (*MAY_REVIEW, Function.AUDITOR):
        raise NotYours(say("Past deals are judged again for the deal desk, auditors and who may review."))
    if view_at(user, clock.now()) == "band":
        raise NotYours(
            say("What another policy would ask tells margins, which your function sees as a band.")
        )
    seen = Request.objects.visible_to(user).select_related("revision__deal__account", "version")
    found = list(seen.order_by("-submitted_at", "-pk")[: MOST + 1])
    rows = tuple(row for row in (judged(request, version) for request in found[:MOST]) if row.changes)
    return Replay(version, min(len(found), MOST), len(found) > MOST, rows)


def judged(request: Request, version: PolicyVersion) -> Row:
    """Once more, at the walk-away."""
    was, then = request.version.policy, from_document(json.loads(request.evaluation_walk_away))
    found = changes(then, was, again(request.revision, version.policy), version.policy)
    return Row(request, tuple(found))
