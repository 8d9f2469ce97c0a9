"""Who has had a review before them, and since when."""

from django.conf import settings
from django.db import models

from approvals.models.decision import APPEND_ONLY
from approvals.models.request import Step


class Opening(models.Model):
    """The first time that somebody who may decide a step opened it. Written once, and never changed."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "user"], name="one_first_opening_per_person"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.user} on {self.step}"
