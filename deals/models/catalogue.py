"""Who buys, what we sell at which price since when, and what one currency was worth on a day."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from base.accents import Plain

CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, like EUR."))


class Account(models.Model):
    name = models.CharField(max_length=160, unique=True)
    segment = models.CharField(max_length=60)
    region = models.CharField(max_length=60)

    class Meta:
        indexes = [GinIndex(SearchVector(Plain("name"), config="simple"), name="deals_account_name_plain")]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    family = models.CharField(max_length=60, help_text=_("A product family of the policy."))
    per = models.CharField(max_length=60, help_text=_("What one of it is: “seat and year”, “day”."))
    recurring = models.BooleanField(help_text=_("Priced per year, for as long as the contract runs."))

    def __str__(self) -> str:
        return self.name


class PriceQuerySet(models.QuerySet["Price"]):
    def on(self, day: date) -> "PriceQuerySet":
        """Prices that had begun by `day`, the newest first."""
        return self.filter(from_date__lte=day).order_by("-from_date")


class Price(models.Model):
    """Of one unit, from a day on; per year if recurring. `floor` 0: no floor. `cost` empty: unknown."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    list_price = models.DecimalField(max_digits=14, decimal_places=4)
    cost = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    floor = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    from_date = models.DateField("from")

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "currency", "from_date"], name="deals_price_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(list_price__gte=0) & Q(floor__gte=0) & (Q(cost__isnull=True) | Q(cost__gte=0)),
                name="deals_price_not_negative",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="deals_price_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.list_price} from {self.from_date:%d.%m.%Y}"


class Tier(models.Model):
    """Volume discount: everyone who takes `from_quantity` or more gets `percent` off the list price."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tiers")
    from_quantity = models.DecimalField(max_digits=14, decimal_places=4)
    percent = models.DecimalField(
        max_digits=9, decimal_places=6, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "from_quantity"], name="deals_tier_once"),
            models.CheckConstraint(condition=Q(from_quantity__gt=0), name="deals_tier_from_quantity"),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="deals_tier_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent:f} % from {self.from_quantity:f}"


class RateQuerySet(models.QuerySet["Rate"]):
    def standing(self) -> "RateQuerySet":
        """Those that nobody has corrected."""
        return self.filter(replaced_at__isnull=True)

    def on(self, day: date) -> "RateQuerySet":
        """Rates known by `day`, the newest first."""
        return self.standing().filter(date__lte=day).order_by("-date")


class Rate(models.Model):
    """Company currency for one unit of `currency`. A correction is another row; the one before it stays, with
    `replaced_at`. Nobody in `entered_by`: it came with the product's own set-up."""

    currency = models.CharField(max_length=3, validators=[CURRENCY])
    date = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    source = models.CharField(max_length=60)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = RateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "date"],
                condition=Q(replaced_at__isnull=True),
                name="deals_rate_once_a_day",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="deals_rate_positive"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="deals_rate_currency"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="facts_stay", exclude=["replaced_at"]),
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate:f} on {self.date:%d.%m.%Y}"
