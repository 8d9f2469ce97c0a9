"""What a brief may begin with: terms kept under a name, and what a brief did begin with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models.deal import Deal
from people.models import User


class BriefTemplateQuerySet(models.QuerySet["BriefTemplate"]):
    def offered_to(self, user: User) -> "BriefTemplateQuerySet":
        """Their own, and those the desk shares."""
        return self.filter(Q(by=user) | Q(shared=True), removed_at=None)


class BriefTemplate(models.Model):
    """Terms under a name. One that was removed is offered to nobody; briefs still say they began with it."""

    name = models.CharField(max_length=80)
    shared = models.BooleanField(default=False, help_text=_("Offered to everyone who starts deals."))
    document = models.TextField(help_text=_("What it copies into a brief, canonical JSON."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = BriefTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="deals_template_named"),
            models.UniqueConstraint(
                fields=["by", "name"], condition=Q(removed_at=None), name="deals_template_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Start(models.Model):
    """What a brief began with: a past deal, or a template."""

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="start")
    source = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    template = models.ForeignKey(
        BriefTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source__isnull=False, template=None) | Q(source=None, template__isnull=False),
                name="deals_start_has_one_source",
            )
        ]

    def __str__(self) -> str:
        return f"from {self.template or self.source}"
