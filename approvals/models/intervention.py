"""What the deal desk did to steps of others, one by one or many at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.models.decision import APPEND_ONLY, Decision
from approvals.models.request import HASH, Step


class Intervention(models.Model):
    """A step was given to somebody else, got more time or another deadline, was paused, goes on, or who is
    asked was reminded: by whom, and why. Never changed.

    An override is a decision and stands among the decisions."""

    class Kind(models.TextChoices):
        REASSIGN = "reassign", _("Reassigned")
        EXTEND = "extend", _("Extended")
        RECOMPUTE = "recompute", _("Recomputed")
        PAUSE = "pause", _("Paused")
        RESUME = "resume", _("Resumed")
        NUDGE = "nudge", _("Reminded")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text=_("Working minutes added."))
    until = models.DateTimeField(null=True, blank=True, help_text=_("When a pause ends by itself."))
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") | Q(kind__in=["resume", "nudge"]), name="intervention_says_why"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reassign", "nudge"], to__isnull=False, minutes=None)
                | Q(kind="extend", to=None, minutes__gt=0)
                | Q(kind__in=["recompute", "pause", "resume"], to=None, minutes=None),
                name="intervention_says_to_whom_or_how_long",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(kind="pause", until__gt=F("at")), name="only_a_pause_ends"
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"


class Bulk(models.Model):
    """One verb for many steps, done in the background step by step."""

    class Verb(models.TextChoices):
        REASSIGN = "reassign", _("Reassign")
        EXTEND = "extend", _("Extend")
        OVERRIDE = "override", _("Override")
        RECOMPUTE = "recompute", _("Recompute")
        PAUSE = "pause", _("Pause")
        RESUME = "resume", _("Resume")
        NUDGE = "nudge", _("Remind")

    verb = models.CharField(max_length=10, choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveIntegerField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Decision.Verdict, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text=_("When the pauses end by themselves."))
    once = models.UUIDField(null=True, unique=True, help_text=_("Of the form: sent twice, it begins once."))
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("When nothing was left to do."))

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb="reassign", to__isnull=False, minutes=None, verdict="")
                | Q(verb="extend", to=None, minutes__gt=0, verdict="")
                | (Q(verb="override", to=None, minutes=None) & ~Q(verdict=""))
                | Q(verb__in=["recompute", "pause", "resume", "nudge"], to=None, minutes=None, verdict=""),
                name="bulk_has_what_its_verb_needs",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(verb="pause", until__gt=F("began_at")), name="only_pauses_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} by {self.by}"

    @property
    def key(self) -> str:
        """Under which its slices are scheduled."""
        return f"bulk:{self.pk}"


class BulkRow(models.Model):
    """One step of a bulk, with what became of it. Written in the transaction of the verb itself."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    bulk = models.ForeignKey(Bulk, on_delete=models.PROTECT, related_name="rows")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    seen = models.CharField(
        max_length=HASH, blank=True, help_text=_("The terms on the screen; of a deadline, how it would move.")
    )
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    why = models.TextField(blank=True, help_text=_("The sentence of the refusal."))
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "step"], name="bulk_names_a_step_once"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", at=None) | (~Q(outcome="waiting") & Q(at__isnull=False)),
                name="bulk_row_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="refused") & ~Q(why="") | (~Q(outcome="refused") & Q(why="")),
                name="bulk_refusal_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["bulk", "id"], condition=Q(outcome="waiting"), name="bulk_rows_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_outcome_display().lower()}"
