"""Exceptions: asked for in a draft, and those an account has. Nothing here judges; `guardrails` does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models.catalogue import Account
from deals.models.deal import Deal
from people.models import Function

if TYPE_CHECKING:
    from datetime import date

KEY = 120


class DraftException(models.Model):
    """What the seller asks beyond never, of one guardrail of one function. Neither value nor position: as far
    as the walk-away goes."""

    class Lasts(models.TextChoices):
        DEAL = "deal", _("This deal alone")
        ACCOUNT = "account", _("Every deal of the account")

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="exceptions")
    key = models.CharField(max_length=KEY)
    function = models.CharField(max_length=20, choices=Function)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    why = models.TextField()
    in_return = models.TextField(blank=True)
    precedent = models.BooleanField(default=False)
    lasts = models.CharField(max_length=7, choices=Lasts, default=Lasts.DEAL)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["key", "function"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "key", "function"], name="deals_exception_asked_once"),
            models.CheckConstraint(condition=~Q(why=""), name="deals_exception_has_its_why"),
            models.CheckConstraint(
                condition=Q(lasts="deal", until=None) | Q(lasts="account", until__isnull=False),
                name="deals_exception_of_account_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"Exception from {self.key}"


class AccountExceptionQuerySet(models.QuerySet["AccountException"]):
    def in_force(self, day: date) -> AccountExceptionQuerySet:
        """Not revoked, and `day` is not past the last day."""
        return self.filter(revoked_at=None, until__gte=day)


class AccountException(models.Model):
    """An exception for every deal of an account up to and with a day, granted on one of them. Exactly one of
    `value` and `position` says how far."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="exceptions")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="granted_exceptions")
    key = models.CharField(max_length=KEY)
    function = models.CharField(max_length=20, choices=Function)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    position = models.CharField(max_length=60, blank=True)
    why = models.TextField()
    in_return = models.TextField(blank=True)
    precedent = models.BooleanField(default=False)
    until = models.DateField(help_text=_("The last day on which a deal may ask by it."))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_reason = models.TextField(blank=True)

    objects = AccountExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        indexes = [models.Index(fields=["account", "until"], name="deals_exception_of_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) & ~Q(position="") | Q(value__isnull=False, position=""),
                name="deals_exception_goes_so_far",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason=""),
                name="deals_exception_revoked_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Exception from {self.key} for {self.account}"

    @property
    def bound(self) -> Decimal | str:
        """How far it goes: a number, or the position of a clause."""
        return self.position if self.value is None else self.value

    def in_force(self, day: date) -> bool:
        return self.revoked_at is None and day <= self.until
