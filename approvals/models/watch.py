"""Who follows a deal without a part in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from deals.models import Deal


class Watch(models.Model):
    """One person sees one deal and is told how it goes on. It gives no say in it."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="watches")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "user"], condition=Q(ended_at=None), name="one_open_watch_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.deal}"
