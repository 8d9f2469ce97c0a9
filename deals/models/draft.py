"""The draft: what its team is still writing. Nothing here was agreed by anyone."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deals.models.catalogue import Product
from deals.models.deal import Deal
from deals.terms import TYPED
from people.models import Function

PERCENT = [MinValueValidator(-100), MaxValueValidator(100)]


class DraftLines(models.Manager["DraftLine"]):
    """Lines come with their product: nobody can say anything of them without it."""

    def get_queryset(self) -> models.QuerySet["DraftLine"]:
        return super().get_queryset().select_related("product")


class DraftLine(models.Model):
    """Prices are those of the dated catalogue when product or quantity were last set."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    list_price = models.DecimalField(max_digits=14, decimal_places=4)
    tier = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    floor = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(max_digits=9, decimal_places=6, validators=PERCENT)
    walk_away = models.DecimalField(max_digits=9, decimal_places=6, validators=PERCENT)

    objects = DraftLines()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "key"], name="deals_line_key_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="deals_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(target__gte=-100) & Q(walk_away__lte=100), name="deals_line_percent"
            ),
            models.CheckConstraint(
                condition=Q(walk_away__gte=F("target")), name="deals_line_walk_away_not_safer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity:f} × {self.product.name}"


class DraftTerm(models.Model):
    """A number asked, with two ends. Empty: not filled in yet."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="terms")
    key = models.CharField(max_length=40)
    target = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    walk_away = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "key"], name="deals_term_once"),
            models.CheckConstraint(condition=Q(key__in=TYPED), name="deals_term_known"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.target} to {self.walk_away}"


class DraftClause(models.Model):
    """How far one clause may go. No position: own wording, in `own_text`."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="clauses")
    clause = models.CharField(max_length=60)
    target = models.CharField(max_length=60, null=True, blank=True)
    walk_away = models.CharField(max_length=60, null=True, blank=True)
    own_text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "clause"], name="deals_clause_once")]

    def __str__(self) -> str:
        return f"{self.clause}: {self.target or 'own wording'} to {self.walk_away or 'own wording'}"


class DraftTouch(models.Model):
    """Who last wrote a part of the draft: a field, a line, a whole list. `version`: of the draft, by that."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="touches")
    part = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("draft touches")
        constraints = [models.UniqueConstraint(fields=["deal", "part"], name="deals_touch_once")]

    def __str__(self) -> str:
        return f"{self.part}: version {self.version}"


class Priority(models.Model):
    """What the buyer wants most, and who of them confirmed it."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="priorities")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    must = models.BooleanField(default=False)
    who = models.CharField(max_length=160, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = _("priorities")

    def __str__(self) -> str:
        return self.text


class Exchange(models.Model):
    """A give and what we get for it. A get may carry a condition that every offer is checked against."""

    class Operator(models.TextChoices):
        EQUAL = "=", _("is")
        AT_MOST = "<=", _("at most")
        AT_LEAST = ">=", _("at least")

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="exchanges")
    position = models.PositiveSmallIntegerField()
    give = models.CharField(max_length=200, blank=True)
    give_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    get = models.CharField(max_length=200, blank=True)
    get_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    condition_key = models.CharField(max_length=60, null=True, blank=True)
    condition_op = models.CharField(max_length=2, choices=Operator, null=True, blank=True)
    condition_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(condition_key=None, condition_op=None, condition_value=None)
                | Q(condition_key__isnull=False, condition_op__isnull=False, condition_value__isnull=False),
                name="deals_exchange_condition_whole",
            ),
            models.CheckConstraint(
                condition=Q(condition_op=None) | Q(condition_op__in=["=", "<=", ">="]),
                name="deals_exchange_operator_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.give or 'nothing'} for {self.get or 'nothing'}"


class Success(models.Model):
    """What success looks like for one function."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="successes")
    function = models.CharField(max_length=12, choices=Function)
    text = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = _("success")
        constraints = [models.UniqueConstraint(fields=["deal", "function"], name="deals_success_once")]

    def __str__(self) -> str:
        return f"{self.get_function_display()}: {self.text}"
