"""A file that the people of a deal attached to it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models.deal import Deal


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def in_view(self) -> "AttachmentQuerySet":
        return self.filter(removed_at=None)


class Attachment(models.Model):
    """What was attached stays known, with its hash; who takes it from view is noted, and when."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200, help_text=_("What the file was called."))
    path = models.CharField(max_length=200, help_text=_("Where it is kept, below MEDIA_ROOT."))
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="deals_attachment_removed_whole",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="deals_attachment_holds_something"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="facts_stay", exclude=["removed_by", "removed_at"]),
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name
