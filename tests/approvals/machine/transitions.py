"""What must be true between two moments of a deal: life cycles go one way, and what was said stays said."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from approvals.models import Mandate, Request, Step
from deals.models import Deal
from tests.approvals.machine.state import State, row

S = Step.Status
ENDED: frozenset[str] = frozenset({S.AGREED, S.DECLINED, S.CANCELLED, S.NOT_NEEDED, S.KEPT})
LIVE: frozenset[str] = frozenset({S.OPEN, S.PAUSED, S.UNROUTABLE, S.RETURNED})
STEP: Mapping[str, frozenset[str]] = {
    S.PLANNED: LIVE | ENDED - {S.KEPT},
    S.OPEN: LIVE | {S.AGREED, S.DECLINED, S.CANCELLED},
    S.PAUSED: LIVE | {S.AGREED, S.DECLINED, S.CANCELLED},
    S.UNROUTABLE: LIVE | {S.AGREED, S.DECLINED, S.CANCELLED},
    S.RETURNED: frozenset({S.CANCELLED}),
}
R = Request.Status
REQUEST: Mapping[str, frozenset[str]] = {
    R.OPEN: frozenset({R.GRANTED, R.DECLINED, R.RECALLED, R.SUPERSEDED, R.CLOSED})
}
M = Mandate.Status
MANDATE: Mapping[str, frozenset[str]] = {M.ACTIVE: frozenset({M.SUPERSEDED, M.ENDED, M.REVOKED})}
DEAL: Mapping[str, frozenset[str]] = {Deal.Status.OPEN: frozenset({Deal.Status.WON, Deal.Status.LOST})}

FROZEN = {  # what an asked request and a granted mandate say for ever
    Request: (
        "revision_id",
        "version_id",
        "terms_hash",
        "evaluation_target",
        "evaluation_walk_away",
        "route",
        "submitted_by_id",
        "submitted_at",
    ),
    Mandate: ("request_id", "version_id", "number", "granted_at", "expires_at"),
}


def unlawful(before: State, after: State) -> Iterator[str]:
    """Every change between two moments that no life cycle knows, and every word that was rewritten."""
    yield from moved(before.steps, after.steps, STEP)
    yield from moved(before.requests, after.requests, REQUEST)
    yield from moved(before.mandates, after.mandates, MANDATE)
    yield from moved((before.deal,), (after.deal,), DEAL)
    for said in ("decisions", "offers", "closings", "events"):
        yield from rewritten(getattr(before, said), getattr(after, said))
    for kept in ("requests", "mandates"):
        yield from rewritten(getattr(before, kept), getattr(after, kept))


def moved(
    before: tuple[Any, ...], after: tuple[Any, ...], ways: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    now = {one.pk: one for one in after}
    for one in before:
        then, status = one.status, now[one.pk].status
        if status != then and status not in ways.get(then, ()):
            yield f"{type(one).__name__.lower()} {one.pk} went from {then} to {status}."


def rewritten(before: tuple[models.Model, ...], after: tuple[models.Model, ...]) -> Iterator[str]:
    now = {one.pk: one for one in after}
    for one in before:
        if one.pk not in now:
            yield f"{type(one).__name__.lower()} {one.pk} is gone."
            continue
        names = FROZEN.get(type(one)) or tuple(row(one))
        if changed := [name for name in names if getattr(one, name) != getattr(now[one.pk], name)]:
            yield f"{type(one).__name__.lower()} {one.pk} was rewritten: {changed}."
