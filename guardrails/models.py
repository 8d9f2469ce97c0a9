"""Versions of the policy: drafted by one person, reviewed by another, published and then never changed."""

from datetime import datetime
from functools import lru_cache

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from base.words import say
from guardrails.errors import NoPolicy
from guardrails.policy import Policy
from guardrails.quarter_end import ExtraMember as ExtraMember
from guardrails.quarter_end import Hastened as Hastened
from guardrails.quarter_end import QuarterEnd as QuarterEnd
from guardrails.toml import load
from people.models import Function, User

# the desk, and every function that answers for a guardrail
MAY_REVIEW = (Function.DESK, Function.FINANCE, Function.LEGAL, Function.OPERATIONS, Function.EXECUTIVE)


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def published(self) -> "PolicyVersionQuerySet":
        return self.filter(status=PolicyVersion.Status.PUBLISHED)

    def readable_drafts(self, user: User) -> "PolicyVersionQuerySet":
        """Loaded and not published: for the desk, and for those who may be the second person."""
        return (
            self.exclude(status=PolicyVersion.Status.PUBLISHED)
            if user.function in MAY_REVIEW
            else self.none()
        )

    def begun(self, at: datetime) -> "PolicyVersionQuerySet":
        """Published and judging at the instant `at` or before it, the latest first."""
        return self.published().filter(effective_from__lte=at).order_by("-effective_from", "-number")

    def in_force(self, at: datetime) -> "PolicyVersion":
        """The version that judges what is asked at the instant `at`. Raises NoPolicy."""
        version = self.begun(at).first()
        if version is None:
            raise NoPolicy(say("No policy is in force, so nothing can be judged."))
        return version


class PolicyVersion(models.Model):
    """The text is stored as it was written; `policy` is what it says."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEWED = "reviewed", _("Reviewed")
        PUBLISHED = "published", _("Published")

    number = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_typed = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Entered on the command line: the name is what the operator typed."),
    )
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    effective_from = models.DateTimeField(null=True, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="guardrails_policy_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="guardrails_policy_number_from_one"),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="guardrails_policy_hashed"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_by__isnull=True)
                | Q(status__in=["reviewed", "published"], reviewed_by__isnull=False),
                name="guardrails_policy_reviewed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="guardrails_policy_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="published",
                    published_by__isnull=False,
                    published_at__isnull=False,
                    effective_from__isnull=False,
                )
                | Q(
                    status__in=["draft", "reviewed"],
                    published_by__isnull=True,
                    published_at__isnull=True,
                    effective_from__isnull=True,
                ),
                name="guardrails_policy_published_by_someone",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"Policy {self.name}"

    @property
    def name(self) -> str:
        return f"v{self.number}"

    @property
    def policy(self) -> Policy:
        """What the text says."""
        return _parsed(self.text)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Policy:
    return load(text)
