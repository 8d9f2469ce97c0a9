"""Quarter end: for some days answers are wanted faster, and more people may give them."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from base.words import mark, say
from people.models import Function, User

USUAL = 100  # percent
PARTS = {
    50: mark("{name}: half the usual time"),
    25: mark("{name}: a quarter of the usual time"),
    USUAL: mark("{name}: the usual time"),
}
OTHER = mark("{name}: {percent} % of the usual time")
# without btree_gist a text cannot be excluded beside a range; the place of a function in their list can
PLACE = Case(
    *(When(function=key, then=Value(place)) for place, key in enumerate(Function.values)),
    output_field=models.IntegerField(),
)


class QuarterEnd(models.Model):
    """From `starts` up to `ends`, the first instant after it: steps that open then have `percent` of the
    usual time, and may be decided by its members too. Never changed but to end it early."""

    name = models.CharField(max_length=60)
    percent = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(USUAL)],
        help_text=_("Of the usual time to answer."),
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(help_text=_("The first instant after it."))
    reason = models.TextField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("Switched off before its time."))
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="guardrails_quarter_end_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=USUAL), name="guardrails_quarter_end_shortens"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(reason=""), name="guardrails_quarter_end_says_why"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="guardrails_quarter_end_is_ended_by_someone",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="said_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "name", "percent", "starts", "ends", "reason", "set_by", "set_at"
                ),
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> str:
        """ "Q3 close: half the usual time": what a step that opened in it says."""
        return say(PARTS.get(self.percent, OTHER), name=self.name, percent=self.percent)


class HastenedQuerySet(models.QuerySet["Hastened"]):
    def holding(self, at: datetime) -> HastenedQuerySet:
        """In force at the instant `at`: the first instant belongs to it, the last one no more."""
        return self.filter(starts__lte=at, ends__gt=at).select_related("quarter_end")


class Hastened(models.Model):
    """One function in a quarter end. `ends` comes earlier when it is switched off before its time; then one
    that never began is empty, from `starts` to `starts`. At most one holds for a function at any instant."""

    quarter_end = models.ForeignKey(QuarterEnd, models.PROTECT, related_name="functions")
    function = models.CharField(max_length=12, choices=Function)
    starts = models.DateTimeField()
    ends = models.DateTimeField()

    objects = HastenedQuerySet.as_manager()

    class Meta:
        ordering = ["function"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="guardrails_hastened_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="guardrails_hastened_function_known"
            ),
            ExclusionConstraint(
                name="guardrails_one_quarter_end_at_a_time",
                expressions=[
                    (Func(PLACE, PLACE, Value("[]"), function="int4range"), "&&"),
                    (Func("starts", "ends", Value("[)"), function="tstzrange"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_function_display()}, {self.quarter_end}"


class ExtraMember(models.Model):
    """Who may decide too, at one level, what opens in a quarter end. Never changed."""

    quarter_end = models.ForeignKey(QuarterEnd, models.PROTECT, related_name="members")
    function = models.CharField(max_length=12, choices=Function)
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        ordering = ["function", "level", "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter_end", "function", "level", "user"], name="guardrails_extra_member_once"
            ),
            models.CheckConstraint(condition=Q(level__gte=1), name="guardrails_extra_member_level_from_one"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.function} level {self.level}"
