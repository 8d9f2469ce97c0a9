"""A task that nobody marked met by the end of its day: its limits drop, in a new version of the mandate's."""

from datetime import datetime
from typing import Any

from approvals.grant import envelope
from approvals.grants import in_force
from approvals.models import Condition, LimitsVersion, Mandate
from approvals.told_in_return import about_task, write_to
from approvals.validity import after
from base import canonical, clock
from deals.models import Deal
from ledger.models import Effect
from ledger.record import record


def lapse(effect: Effect, now: datetime) -> None:
    """Still open, and its day over? Then it has lapsed; else nothing happens."""
    found = Condition.objects.select_related("decision").get(pk=effect.facts["condition"])
    deal = Deal.objects.lock(found.decision.deal_id)
    fall(Condition.objects.select_related("decision__by", "owner").get(pk=found.pk), deal, at=now)


def due_soon(effect: Effect, now: datetime) -> None:
    """The day before: write to who owns it, if something still hangs on it."""
    found = Condition.objects.select_related("decision").get(pk=effect.facts["condition"])
    deal = Deal.objects.lock(found.decision.deal_id)
    condition = Condition.objects.live().select_related("owner").filter(pk=found.pk).first()
    if condition and condition.owner:
        record(deal.stream, "condition.reminded", by=None, at=now, condition=condition.pk)
        write_to(condition.owner, "due_soon", about_task(condition, deal), at=now)


def lapse_due(deal: Deal, *, at: datetime) -> None:
    """Let lapse now what is over by the clock, so that nothing depends on how fast effects are done. The
    caller holds the deal lock."""
    over = Condition.objects.open().filter(mandate__deal=deal, due__lt=clock.date_of(at))
    for condition in over.select_related("decision__by", "owner").order_by("pk"):
        fall(condition, deal, at=at)


def fall(condition: Condition, deal: Deal, *, at: datetime) -> None:
    if not condition.is_open or condition.due is None or at < after(condition.due):
        return
    if deal.status == Deal.Status.LOST:
        return
    counts = Condition.objects.live().filter(pk=condition.pk).exists()
    condition.lapsed_at = at
    condition.save()
    mandate = Mandate.objects.standing().filter(conditions=condition).first()
    changed = lower(mandate, condition, at=at) if mandate else {}
    record(deal.stream, "condition.lapsed", by=None, at=at, condition=condition.pk, **changed)
    for user in {deal.owner, condition.owner, condition.decision.by}:
        if user and counts:
            write_to(user, "lapsed", about_task(condition, deal), at=at)


def lower(mandate: Mandate, condition: Condition, *, at: datetime) -> dict[str, Any]:
    """Work the mandate out anew without what was not kept, and write both versions of its limits down.
    What the event says of it; nothing when no limit moves, as when another task had taken it down."""
    request = mandate.request
    now = envelope(request, in_force(request, request.version.policy))
    if now["limits"] == mandate.limits:
        return {}
    versions = LimitsVersion.objects.filter(mandate=mandate)
    if not versions.exists():
        versions.create(
            mandate=mandate, number=1, limits=mandate.limits, corner=mandate.corner, at=mandate.granted_at
        )
    for name, value in now.items():
        setattr(mandate, name, value)
    mandate.save()
    version = versions.create(
        mandate=mandate,
        number=versions.count() + 1,
        limits=mandate.limits,
        corner=mandate.corner,
        condition=condition,
        at=at,
    )
    return {"mandate": mandate.pk, "version": version.number, "limits": canonical.digest(mandate.limits)}
