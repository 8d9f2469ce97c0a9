"""Concerns: what was raised about a deal and what was said of it. Nothing of it is ever changed or removed.

Who raised a concern without their name stands nowhere: docs/decisions/0007 says how, and what that cannot do.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.decision import APPEND_ONLY
from approvals.models.request import HASH
from base.words import say
from deals.models import Deal


class ConcernQuerySet(models.QuerySet["Concern"]):
    def with_words(self) -> ConcernQuerySet:
        """With who raised them and everything said since, in two queries, the last raised first."""
        words = models.Prefetch("words", Word.objects.select_related("by"))
        return self.select_related("by", "deal__account").prefetch_related(words).order_by("-number")


class Concern(models.Model):
    """What somebody on the deal sees coming. `by` empty: raised without a name; then `at` is only the day."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="concerns")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.CharField(
        max_length=HASH, blank=True, help_text=_("Hash of the code its raiser was shown.")
    )
    at = models.DateTimeField()

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="concern_numbers_differ"),
            models.UniqueConstraint(
                fields=["receipt"], condition=~Q(receipt=""), name="one_concern_per_receipt"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="concern_says_something"),
            models.CheckConstraint(
                condition=Q(by=None) & ~Q(receipt="") | Q(by__isnull=False, receipt=""),
                name="concern_has_a_name_or_a_receipt",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return say("Concern {number}", number=self.number)

    @property
    def cause(self) -> str:
        """The key of the hold it places."""
        return f"concern:{self.pk}"


class Word(models.Model):
    """What was said of a concern since: more by its raiser, the desk's answer, or that it is withdrawn."""

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        ANSWER = "answer", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    SETTLING = (Kind.ANSWER, Kind.WITHDRAWN)

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="words")
    kind = models.CharField(max_length=9, choices=Kind)
    text = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concern"],
                condition=Q(kind__in=["answer", "withdrawn"]),
                name="concern_is_settled_once",
            ),
            models.CheckConstraint(condition=Q(kind="withdrawn") | ~Q(text=""), name="word_says_something"),
            models.CheckConstraint(
                condition=~Q(kind="answer") | Q(by__isnull=False), name="answer_has_a_name"
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.concern}: {self.get_kind_display().lower()}"
