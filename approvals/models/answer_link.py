"""Links in messages that open the page where one person answers one step."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.models.request import HASH, Step


class AnswerLink(models.Model):
    """Made when `user` is asked, for the terms they are asked about. Used once, by them alone.

    The token itself is in the message and nowhere else; here is what it hashes to."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run = models.PositiveIntegerField(help_text=_("Of the clock, when it was asked."))
    terms_hash = models.CharField(max_length=HASH)
    digest = models.CharField(max_length=HASH, unique=True, help_text=_("SHA-256 of the token."))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "user", "run"], name="one_link_per_asking"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="link_is_good_for_a_while"),
        ]

    def __str__(self) -> str:
        return f"Link for {self.user}"

    @property
    def name(self) -> str:
        """What its token is made of. Nobody can guess the token from it."""
        return f"answer:{self.step_id}:{self.user_id}:{self.run}"

    def expired(self, at: datetime) -> bool:
        return self.expires_at <= at
