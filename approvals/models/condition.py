"""What a mandate asks in return, what shows that it was done, and what the limits were before and after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from approvals.limit import Condition as TermCondition
from approvals.limit import Value, read
from approvals.models.decision import APPEND_ONLY, Decision
from approvals.models.mandate import Mandate
from approvals.models.request import HASH, Request, Step
from deals.models import Deal

if TYPE_CHECKING:
    from datetime import date

    from people.models import User

PATH = 200  # characters


class ConditionQuerySet(models.QuerySet["Condition"]):
    def tasks(self) -> ConditionQuerySet:
        return self.filter(kind=Condition.Kind.TASK)

    def open(self) -> ConditionQuerySet:
        """Tasks neither met nor lapsed."""
        return self.tasks().filter(met_at=None, lapsed_at=None)

    def fallen(self, today: date) -> ConditionQuerySet:
        """Tasks whose day is over without anyone having marked them met, announced or not."""
        return self.tasks().filter(Q(lapsed_at__isnull=False) | Q(met_at=None, due__lt=today))

    def live(self) -> ConditionQuerySet:
        """Open tasks that something hangs on: a request in review, a mandate in use, a deal that was won."""
        kept = Step.objects.filter(
            status=Step.Status.KEPT,
            request__status=Request.Status.OPEN,
            kept_from__step__request=OuterRef("decision__step__request"),
            function=OuterRef("decision__function"),
        )
        return self.open().filter(
            Q(decision__step__request__status=Request.Status.OPEN)
            | Q(mandate__status=Mandate.Status.ACTIVE)
            | Q(mandate__status=Mandate.Status.ENDED, decision__deal__status=Deal.Status.WON)
            | Exists(kept)
        )

    def owned_by(self, user: User) -> ConditionQuerySet:
        return self.filter(owner=user)


class Condition(models.Model):
    """A term compared at each offer, or a task with an owner and a date. A task belongs to the decision that
    asked for it; `mandate` is the last one that stands on it, none before the grant."""

    class Kind(models.TextChoices):
        TERM = "term", _("Term")
        TASK = "task", _("Task")

    mandate = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="conditions"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    term = models.TextField(blank=True, help_text=_("The comparison, canonical JSON."))
    text = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    otherwise = models.TextField(blank=True, help_text=_("Limits to fall back to, canonical JSON."))
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lapsed_at = models.DateTimeField(null=True, blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="task") | (~Q(text="") & Q(owner__isnull=False) & Q(due__isnull=False)),
                name="task_has_owner_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(kind="term") | (~Q(term="") & Q(mandate__isnull=False)),
                name="term_condition_compares",
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(lapsed_at=None), name="task_is_met_or_lapses_not_both"
            ),
            models.CheckConstraint(
                condition=Q(met_at=None, met_by=None) | Q(met_at__isnull=False, met_by__isnull=False),
                name="task_is_met_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner"],
                condition=Q(kind="task", met_at=None, lapsed_at=None),
                name="open_task_of_owner",
            )
        ]

    def __str__(self) -> str:
        return self.text or "Term condition"

    @property
    def comparison(self) -> TermCondition:
        loaded: dict[str, Any] = json.loads(self.term)
        return TermCondition.from_document(loaded)

    @property
    def fallback(self) -> dict[str, Value]:
        """Limit key → where the limit drops to when the task lapses."""
        loaded: dict[str, str] = json.loads(self.otherwise or "{}")
        return {key: value for key, text in loaded.items() if (value := read(key, text)) is not None}

    @property
    def is_open(self) -> bool:
        return self.kind == self.Kind.TASK and self.met_at is None and self.lapsed_at is None


class Evidence(models.Model):
    """What shows that a task was done: words, a file, or both. Never changed."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="evidence")
    text = models.TextField(blank=True)
    name = models.CharField(max_length=PATH, blank=True, help_text=_("What the file was called."))
    path = models.CharField(max_length=PATH, blank=True, help_text=_("Where it is kept, below MEDIA_ROOT."))
    size = models.PositiveIntegerField(default=0, help_text=_("Bytes."))
    sha256 = models.CharField(max_length=HASH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | ~Q(path=""), name="evidence_shows_something"),
            models.CheckConstraint(
                condition=Q(path="", name="", sha256="") | (~Q(path="") & ~Q(name="") & ~Q(sha256="")),
                name="evidence_file_is_named_and_hashed",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return self.name or self.text


class LimitsVersion(models.Model):
    """What a mandate allowed from `at` on. The first is as granted; written once the second is."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    limits = models.TextField(help_text=_("Every limit with its source, canonical JSON."))
    corner = models.TextField(help_text=_("The furthest terms it allows, canonical JSON."))
    condition = models.ForeignKey(
        Condition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What lapsed."),
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["mandate", "number"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="limits_versions_differ"),
            models.CheckConstraint(
                condition=Q(number=1, condition=None) | Q(number__gt=1, condition__isnull=False),
                name="later_limits_name_their_cause",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"Limits {self.number} of mandate {self.mandate_id}"
