"""What holds a grant back, and what ended that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.request import Request
from deals.models import Deal


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> HoldQuerySet:
        return self.filter(released_at=None)

    def over(self, request: Request) -> HoldQuerySet:
        """What keeps `request` from being granted: its own holds, and those of its deal as a whole."""
        return self.open().filter(Q(request=request) | Q(request=None, deal=request.deal_id))


class Hold(models.Model):
    """Something that must be settled before the mandate is granted. Without a request it holds every one of
    its deal. It ends released, with a note, or together with what it held, without one."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="holds")
    request = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    release_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who may release it. Empty: the deal desk."),
    )
    cause = models.CharField(
        max_length=40, blank=True, help_text=_("What placed it, as in concern:12; only that releases it.")
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, help_text=_("What settled it. Empty when it ended with its request."))

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_its_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=False) | Q(released_by=None, note=""),
                name="open_hold_is_not_released",
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(note=""), name="released_hold_says_why"
            ),
            models.UniqueConstraint(
                fields=["cause"], condition=Q(released_at=None) & ~Q(cause=""), name="one_open_hold_per_cause"
            ),
        ]
        indexes = [models.Index(fields=["deal"], condition=Q(released_at=None), name="open_hold_by_deal")]

    def __str__(self) -> str:
        return self.reason
