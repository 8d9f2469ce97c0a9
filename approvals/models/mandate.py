"""What was granted: mandates, the offers made from them, how deals ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.limit import Limit
from approvals.models.decision import APPEND_ONLY
from approvals.models.request import HASH, Request
from deals.models import Deal
from guardrails.models import PolicyVersion

if TYPE_CHECKING:
    from datetime import datetime


class MandateQuerySet(models.QuerySet["Mandate"]):
    def standing(self) -> MandateQuerySet:
        """Not ended by anyone; it may still have run out."""
        return self.filter(status=Mandate.Status.ACTIVE)


class Mandate(models.Model):
    """The envelope of limits a seller may use, with its last instant."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUPERSEDED = "superseded", _("Superseded")
        ENDED = "ended", _("Ended")
        REVOKED = "revoked", _("Revoked")

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="mandates")
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="mandate")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    limits = models.TextField(help_text=_("Every limit with its source, canonical JSON."))
    corner = models.TextField(help_text=_("The furthest terms it allows, canonical JSON."))
    net_at_limit = models.DecimalField(max_digits=16, decimal_places=2)
    margin_at_limit = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text=_("First instant at which it may no longer be used."))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(status="active"), name="one_mandate_per_deal"
            ),
            models.UniqueConstraint(fields=["deal", "number"], name="mandate_numbers_differ"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="mandate_expires_later"),
        ]

    def __str__(self) -> str:
        return f"Mandate {self.number}"

    @property
    def limit_rows(self) -> tuple[Limit, ...]:
        return tuple(Limit.from_document(row) for row in json.loads(self.limits))

    def active_at(self, at: datetime) -> bool:
        return self.status == self.Status.ACTIVE and at < self.expires_at


class Offer(models.Model):
    """What was put to the buyer, or asked by them, with the answer it got on its day. Never recomputed."""

    class Direction(models.TextChoices):
        SENT = "sent", _("Sent to the buyer")
        ASKED = "asked", _("Asked by the buyer")

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="offers")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="offers")
    number = models.PositiveIntegerField()
    direction = models.CharField(max_length=5, choices=Direction)
    document = models.TextField()
    terms_hash = models.CharField(max_length=HASH)
    measured = models.TextField(help_text=_("What was measured of it, canonical JSON."))
    answer = models.TextField()
    inside = models.BooleanField()
    net = models.DecimalField(max_digits=16, decimal_places=2)
    good_until = models.DateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["deal", "number"], name="offer_numbers_differ")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"Offer {self.number}"


class Closing(models.Model):
    """How a deal ended. Terms outside the mandate are flagged for ever."""

    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="closing")
    won = models.BooleanField()
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.TextField(blank=True, help_text=_("The signed terms, canonical JSON."))
    answer = models.TextField(blank=True, help_text=_("The check of the signed terms against the mandate."))
    inside = models.BooleanField(null=True, help_text=_("Empty when nothing was signed."))
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return "Won" if self.won else "Lost"
