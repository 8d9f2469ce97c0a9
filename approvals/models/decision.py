"""Who agreed: decisions, which never change."""

from __future__ import annotations

import json

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.limit import Condition as TermCondition
from approvals.models.request import HASH, Seat, Step
from approvals.task import Task
from deals.models import Deal

APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
]


class Decision(models.Model):
    """What one person said, of exactly the terms that were on the screen. Never changed, never removed."""

    class Verdict(models.TextChoices):
        AGREE = "agree", _("Agreed")
        RELUCTANT = "reluctant", _("Agreed reluctantly")
        UP_TO = "up_to", _("Agreed up to")
        CHANGES = "changes", _("Asked for changes")
        DECLINE = "decline", _("Declined")

    AGREEING = (Verdict.AGREE, Verdict.RELUCTANT, Verdict.UP_TO)

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="decisions")
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="decision")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="decisions")
    function = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField(help_text=_("The level that decided."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.TextField(blank=True)
    limits = models.TextField(
        default="{}", help_text=_("What was narrowed: limit key → value, canonical JSON.")
    )
    conditions = models.TextField(default="[]", help_text=_("Term conditions, canonical JSON."))
    tasks = models.TextField(default="[]", help_text=_("Tasks asked in return, canonical JSON."))
    proposed = models.TextField(default="{}", help_text=_("Numbers proposed with a request for changes."))
    granted = models.TextField(default="{}", help_text=_("How far each judged term may go by this."))
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text=_("The grant is of no use from here on.")
    )
    seen = models.CharField(max_length=HASH)
    overridden = models.BooleanField(
        default=False, help_text=_("The deal desk decided in place of the people asked.")
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict__in=["reluctant", "changes", "decline"]) | ~Q(reason=""),
                name="verdict_has_its_reason",
            ),
            models.CheckConstraint(condition=Q(overridden=False) | ~Q(reason=""), name="override_says_why"),
        ]
        indexes = [
            models.Index(fields=["deal", "function", "-at"], name="decision_last_of_function"),
            models.Index(fields=["-at"], condition=Q(overridden=True), name="decision_overridden"),
        ]
        permissions = [("override", "Decides in place of the people asked")]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.by}: {self.get_verdict_display().lower()}"

    @property
    def who(self) -> str:
        """Whoever said it, and for whom when it was not their own seat: both names stay."""
        return f"{self.by.name} for {self.acting_for.name}" if self.acting_for else self.by.name

    @property
    def agrees(self) -> bool:
        return self.verdict in self.AGREEING

    @property
    def term_conditions(self) -> tuple[TermCondition, ...]:
        return tuple(TermCondition.from_document(row) for row in json.loads(self.conditions))

    @property
    def asked_tasks(self) -> tuple[Task, ...]:
        return tuple(Task.from_document(row) for row in json.loads(self.tasks))
