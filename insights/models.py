"""What was learned from deals that ended. Followers of the ledger write the rows, and can build them anew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from approvals.models import Mandate, Step
from deals.models import Deal, Revision
from people.models import Team

if TYPE_CHECKING:
    from people.models import User

MONEY = models.DecimalField(max_digits=30, decimal_places=10)
ZERO = Value(0, output_field=MONEY)


class LeakQuerySet(models.QuerySet["Leak"]):
    def visible_to(self, user: User) -> LeakQuerySet:
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def signed_between(self, first: date, last: date) -> LeakQuerySet:
        """Both days included."""
        return self.filter(signed_on__gte=first, signed_on__lte=last)

    def compared(self) -> LeakQuerySet:
        """Those with something to compare with: a target, a limit and prices."""
        return self.filter(target__isnull=False)

    def in_company_currency(self) -> QuerySet[Any]:
        """Each with `listed`, `given` (target less signed, negative above target), `leaked` (the same, never
        negative), `room` and `past`: as insights.leakage defines them, at the pinned rate."""
        return self.annotate(
            listed=at_rate(F("list_total")),
            given=at_rate(F("target") - F("signed")),
            room=Greatest(at_rate(F("target") - F("limit")), ZERO),
            past=Case(
                When(inside=False, then=Greatest(at_rate(F("limit") - F("signed")), ZERO)), default=ZERO
            ),
        ).annotate(leaked=Greatest(F("given"), ZERO), above=Greatest(-F("given"), ZERO))


def at_rate(amount: Any) -> models.ExpressionWrapper[Any]:
    return models.ExpressionWrapper(amount * F("rate"), output_field=MONEY)


def summed() -> dict[str, Any]:
    """What is added up over deals in the company's currency: of all, or of each group."""
    sums = {
        f"{name}_sum": Coalesce(Sum(name), ZERO) for name in ("listed", "leaked", "above", "room", "past")
    }
    return {
        "deals": Count("pk"),
        "outside": Count("pk", filter=Q(inside=False)),
        "past_deals": Count("pk", filter=Q(past__gt=0)),
        **sums,
    }


class Leak(models.Model):
    """One won deal: signed against target, walk-away and limit, all for what was signed, net over the whole
    term in the deal's currency. Without a mandate nothing is compared, which is not zero leakage."""

    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="leak")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    segment = models.CharField(max_length=60)
    region = models.CharField(max_length=60)
    signed_on = models.DateField()
    closed_at = models.DateTimeField()
    inside = models.BooleanField(help_text=_("What the check of the signed terms answered."))
    as_asked = models.BooleanField(help_text=_("Lines, quantities, prices and length are those of the ask."))
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(
        max_digits=18, decimal_places=8, help_text=_("Pinned: company currency for one.")
    )
    list_total = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    signed = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    target = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    walk_away = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    limit = models.DecimalField(
        null=True, max_digits=16, decimal_places=2, help_text=_("Net at the furthest terms of the mandate.")
    )

    objects = LeakQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target=None, walk_away=None, limit=None)
                | Q(
                    mandate__isnull=False,
                    list_total__isnull=False,
                    signed__isnull=False,
                    target__isnull=False,
                    walk_away__isnull=False,
                    limit__isnull=False,
                ),
                name="insights_leak_compared_or_not",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="insights_leak_rate_positive"),
        ]
        indexes = [models.Index(fields=["signed_on"], name="insights_leak_by_day")]

    def __str__(self) -> str:
        return f"Leakage of {self.deal_id}"


class PrecedentQuerySet(models.QuerySet["Precedent"]):
    def visible_to(self, user: User) -> PrecedentQuerySet:
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def told(self) -> PrecedentQuerySet:
        """With everything that is said of each: the deal, why it ended so, and what it gave away."""
        related = self.select_related("deal__account", "deal__closing", "deal__leak", "revision")
        return related.defer(
            "revision__document",
            "revision__measured_target",
            "revision__measured_walk_away",
            "deal__signed",
            "deal__closing__document",
            "deal__closing__answer",
        )


class Precedent(models.Model):
    """One deal that ended, as others are compared with it: what was asked of us last, or was sold, by nothing
    that follows from cost. docs/insights.md says how near two deals are.

    `doublings`: the net price at the walk-away in the company's currency, as a power of two, so that equal
    ratios are equal distances. Discount in percent."""

    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="precedent")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.CharField(max_length=60)
    region = models.CharField(max_length=60)
    deal_type = models.CharField(max_length=60)
    doublings = models.FloatField()
    discount = models.DecimalField(max_digits=16, decimal_places=1)
    payment_days = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    term_months = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    answer = models.CharField(
        max_length=12, blank=True, help_text=_("Of the request; empty: nobody was asked.")
    )
    granted_discount = models.DecimalField(null=True, max_digits=16, decimal_places=1)
    granted_net = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    signed_discount = models.DecimalField(null=True, max_digits=16, decimal_places=1)
    signed_net = models.DecimalField(null=True, max_digits=16, decimal_places=2)
    won = models.BooleanField()
    ended_at = models.DateTimeField()

    objects = PrecedentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(won=True) | Q(signed_net=None, signed_discount=None),
                name="insights_precedent_lost_signs_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["segment", "doublings"], name="insights_precedent_by_segment"),
            models.Index(fields=["seller", "segment", "doublings"], name="insights_precedent_of_seller"),
            models.Index(fields=["team", "segment", "doublings"], name="insights_precedent_of_team"),
            models.Index(fields=["region", "segment", "doublings"], name="insights_precedent_of_region"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} as a precedent"


class Answered(models.Model):
    """How long one step took to be answered: working minutes from its opening to its last verdict."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField(help_text=_("The level that was asked, whoever answered."))
    minutes = models.PositiveIntegerField()
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["function", "level", "-answered_at"],
                include=["minutes"],
                name="insights_answered_lately",
            )
        ]

    def __str__(self) -> str:
        return f"{self.function} level {self.level}: {self.minutes} min"
