"""What people keep of a page for themselves: how they like to see it. No rule of the business reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.models import Function

if TYPE_CHECKING:
    from people.models import User

EVERYBODY = "everybody"
SHARED_WITH = [("", _("Nobody else")), (EVERYBODY, _("Everybody")), *Function.choices]


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def open_to(self, user: User) -> SavedViewQuerySet:
        """Their own and those shared with them: the names alone; each sees only deals they may see."""
        return self.filter(Q(owner=user) | Q(shared_with__in=[EVERYBODY, user.function]))


class SavedView(models.Model):
    """Filters, sort and columns of the queue under a name. It holds no deal, only what to ask for."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=60)
    asked = models.CharField(max_length=1000, blank=True, help_text=_("As the address of the page has it."))
    shared_with = models.CharField(max_length=12, blank=True, choices=SHARED_WITH)
    opens_first = models.BooleanField(
        default=False, help_text=_("What its owner finds on opening the queue.")
    )
    saved_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="desk_saved_view_name_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(opens_first=True), name="desk_saved_view_one_opens_first"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="desk_saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
