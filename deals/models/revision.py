"""A revision: what was asked, frozen at the moment it was asked."""

import json
from decimal import Decimal
from typing import Literal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from base.words import say
from deals.document import ask_from, measured_from, world_from
from deals.exception import AskedException, exceptions_from
from deals.models.deal import Deal
from deals.terms import Ask, World
from guardrails.measured import Measured

End = Literal["target", "walk_away"]


class Revision(models.Model):
    """Never changed once written: a change is a new revision. Amounts in the deal's currency, whole term;
    empty where a past deal came without a price."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.TextField(help_text=_("The whole ask and brief, canonical JSON."))
    sha256 = models.CharField(max_length=64)
    terms_hash = models.CharField(max_length=64)
    measured_target = models.TextField()
    measured_walk_away = models.TextField()
    list_total = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    net_target = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    net_walk_away = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    margin_target = models.DecimalField(max_digits=16, decimal_places=1, null=True, blank=True)
    margin_walk_away = models.DecimalField(max_digits=16, decimal_places=1, null=True, blank=True)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    rate_date = models.DateField(null=True, blank=True, help_text=_("Empty in the company's own currency."))
    rate_source = models.CharField(max_length=60, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="revisions"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["deal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="deals_revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="deals_revision_number_from_one"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="deals_revision_rate_positive"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return say("Revision {number}", number=self.number)

    @cached_property
    def ask(self) -> Ask:
        """Both ends as they were asked."""
        return ask_from(json.loads(self.document))

    @cached_property
    def exceptions(self) -> tuple[AskedException, ...]:
        """What it asks beyond never."""
        return exceptions_from(json.loads(self.document))

    @cached_property
    def world(self) -> World:
        """What was known of the account's other deals at the moment of asking."""
        return world_from(json.loads(self.document))

    def net(self, end: End) -> Decimal:
        """What the buyer pays at one end. Raises ValueError for a past deal whose price is not recorded; what
        was asked for always has one."""
        net = self.net_target if end == "target" else self.net_walk_away
        if net is None:
            raise ValueError(f"{self} of {self.deal} has no price")
        return net

    def measured(self, end: End) -> Measured:
        """What was measured of one end when it was frozen."""
        return measured_from(json.loads(self.measured_target if end == "target" else self.measured_walk_away))
