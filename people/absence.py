"""When people are away, and who stands in for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.function import Function
from people.stand_in import Away

if TYPE_CHECKING:
    from datetime import datetime

    from people.models import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def not_over(self, at: datetime) -> AbsenceQuerySet:
        """In force at `at`, or still to come."""
        return self.filter(ends__gt=at, ended_at=None)

    def over(self, at: datetime) -> AbsenceQuerySet:
        """Past, ended before its time, or taken back."""
        return self.exclude(ends__gt=at, ended_at=None)

    def holding(self, at: datetime) -> AbsenceQuerySet:
        """In force at the instant `at`: the first instant belongs to the absence, the last one no more."""
        return self.not_over(at).filter(starts__lte=at)

    def from_calendar(self) -> AbsenceQuerySet:
        return self.filter(source=Absence.Source.CALENDAR)

    def roster(self) -> tuple[Away, ...]:
        """For the rules of standing in, as they were set. Who may not sign in stands in for nobody."""
        rows = self.order_by("pk").values_list(
            "user", "starts", "ends", "delegate", "function", "delegate__is_active"
        )
        return tuple(
            Away(user, starts, ends, delegate if active else None, function)
            for user, starts, ends, delegate, function, active in rows
        )

    def of(self, user: User) -> AbsenceQuerySet:
        return self.filter(user=user)


class Absence(models.Model):
    """From `starts` up to `ends`, which is the first instant back: `delegate` acts in place of `user`, in all
    that is asked of them or in what one function is asked. Without a delegate nobody does.

    A row is never changed or removed but to end it early."""

    class Source(models.TextChoices):
        FORM = "form", _("Written down")
        CALENDAR = "calendar", _("From a calendar")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="stands_in"
    )
    function = models.CharField(
        max_length=12, choices=Function, blank=True, help_text=_("Empty: all functions.")
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(help_text=_("The first instant back."))
    source = models.CharField(max_length=8, choices=Source, default=Source.FORM)
    uid = models.CharField(
        max_length=300, blank=True, help_text=_("The event in the calendar, and its start.")
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("Ended before its time."))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        indexes = [models.Index(fields=["ends"], condition=Q(ended_at=None), name="people_absence_not_over")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="people_absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(delegate__isnull=True) | ~Q(delegate=F("user")),
                name="people_absence_nobody_stands_in_for_themselves",
            ),
            models.CheckConstraint(
                condition=Q(function="") | Q(function__in=Function.values),
                name="people_absence_function_known",
            ),
            models.CheckConstraint(
                condition=Q(source="form", uid="") | (Q(source="calendar") & ~Q(uid="")),
                name="people_absence_calendar_names_its_event",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="people_absence_is_ended_by_someone",
            ),
            models.UniqueConstraint(
                fields=["user", "uid"],
                condition=Q(source="calendar", ended_at=None),
                name="people_absence_one_per_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} is away from {self.starts:%d %b %Y}"
