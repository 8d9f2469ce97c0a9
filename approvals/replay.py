"""Stored revisions judged again: under the version that judged them, and under another one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from approvals.models import Request
from base import canonical
from deals.document import measured_document
from deals.economics import measure
from deals.models import Judged, Revision
from guardrails.evaluation import Evaluation, evaluate, from_document
from guardrails.models import PolicyVersion
from guardrails.policy import Policy

AT_ONCE = 200  # rows read at a time: memory does not grow with the record


@dataclass(frozen=True, slots=True)
class Stored:
    """A revision with what a policy version said of both its ends on its day, as canonical JSON."""

    revision: Revision
    version: PolicyVersion
    target: str
    walk_away: str


@dataclass(frozen=True, slots=True)
class Change:
    """One function, by its name, that the other version would ask at another level; "Standard" is nobody."""

    function: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """`broken`: what came out differently under the revision's own version; always empty, or the record or
    the product is damaged. `changes`: what the other version would ask differently."""

    revision: Revision
    version: PolicyVersion
    broken: tuple[str, ...]
    changes: tuple[Change, ...]


def replay(since: datetime, against: Policy) -> Iterator[Replayed]:
    """Every revision judged since `since`, the oldest first, judged again under its own version and under
    `against`. Reads only."""
    for stored in judged_since(since):
        yield replayed(stored, against)


def judged_since(since: datetime) -> Iterator[Stored]:
    """What was asked, then what was imported."""
    asked = Request.objects.filter(submitted_at__gte=since).order_by("submitted_at", "pk")
    for request in asked.select_related("revision__deal", "version").iterator(AT_ONCE):
        yield Stored(
            request.revision, request.version, request.evaluation_target, request.evaluation_walk_away
        )
    landed = Judged.objects.filter(revision__created_at__gte=since).order_by("pk")
    for judged in landed.select_related("revision__deal", "version").iterator(AT_ONCE):
        yield Stored(judged.revision, judged.version, judged.evaluation_target, judged.evaluation_walk_away)


def replayed(stored: Stored, against: Policy) -> Replayed:
    """One revision, judged twice more."""
    judged = from_document(json.loads(stored.walk_away))
    return Replayed(
        revision=stored.revision,
        version=stored.version,
        broken=tuple(broken(stored)),
        changes=tuple(changes(judged, stored.version.policy, again(stored.revision, against), against)),
    )


def broken(stored: Stored) -> Iterator[str]:
    """What measuring or judging under the pinned version does not give again, in words."""
    revision, policy = stored.revision, stored.version.policy
    ends = (
        ("target", revision.ask.target, revision.measured_target, stored.target),
        ("walk-away", revision.ask.walk_away, revision.measured_walk_away, stored.walk_away),
    )
    for name, terms, measured_then, judged_then in ends:
        measured = measure(terms, policy, revision.world)
        if canonical.dumps(measured_document(measured)) != measured_then:
            yield f"{name}: measured differently"
        if wordless(evaluate(measured, policy)) != wordless(from_document(json.loads(judged_then))):
            yield f"{name}: judged differently"


def wordless(judged: Evaluation) -> Evaluation:
    """What was found, whatever the sentences of this release say of it."""
    return replace(
        judged,
        findings=tuple(replace(one, sentence="", band="") for one in judged.findings),
        standard=tuple(replace(one, sentence="", band="") for one in judged.standard),
    )


def again(revision: Revision, policy: Policy) -> Evaluation:
    return evaluate(measure(revision.ask.walk_away, policy, revision.world), policy)


def changes(before: Evaluation, was: Policy, after: Evaluation, now: Policy) -> Iterator[Change]:
    """By function. Levels are compared by the names people know."""
    names = {rule.key: rule.name for policy in (was, now) for rule in policy.functions}
    for function, name in names.items():
        old, new = level_asked(before, was, function), level_asked(after, now, function)
        if old != new:
            yield Change(name, old, new)


def level_asked(judged: Evaluation, policy: Policy, function: str) -> str:
    if any(finding.function == function for finding in judged.never):
        return "never granted"
    return policy.level_name(function, judged.needs.get(function, 0))
