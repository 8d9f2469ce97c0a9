"""What people are told and how they want to be told. A notice is written in the transaction of its cause."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.ways import DIGEST_AT
from people.models import Team

CHAT = ("now", "off")
MAIL = ("now", "daily", "off")
WORDS = {"now": _("At once"), "daily": _("Once a day"), "off": _("Off")}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def inbox_of(self, user_id: int, at: datetime) -> NoticeQuerySet:
        """What has reached this person: unread first, then the latest first."""
        unread = models.Case(models.When(read_at=None, then=0), default=1)
        return self.filter(user=user_id, at__lte=at).order_by(unread, "-at", "-pk")

    def unread_of(self, user_id: int, at: datetime) -> NoticeQuerySet:
        return self.filter(user=user_id, read_at=None, at__lte=at).order_by()

    def gathered(self, by: str) -> NoticeQuerySet:
        """What one gathered mail is about, oldest first."""
        return self.filter(gathered_by=by).order_by("at", "pk")


class Notice(models.Model):
    """One message to one person, as their inbox keeps it. Mail and chat read what they say from this row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    stream = models.CharField(max_length=64, blank=True, help_text=_("What it is about, as in deal:12."))
    key = models.CharField(max_length=180)
    subject = models.TextField()
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, help_text=_("The page that it is about."))
    link = models.CharField(
        max_length=200, blank=True, help_text=_("Where a message leads; it holds {token}.")
    )
    sealed = models.CharField(max_length=64, blank=True)
    lines = models.JSONField(default=list, blank=True, help_text=_("Several things: text and path of each."))
    at = models.DateTimeField(help_text=_("From when it is in the inbox."))
    read_at = models.DateTimeField(null=True, blank=True)
    waits_until = models.DateTimeField(
        null=True, blank=True, help_text=_("When its mail gathers with others.")
    )
    gathered_by = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="notices_notice_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="notices_notice_says_something"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("at")), name="notices_read_after_it_came"
            ),
            models.CheckConstraint(
                condition=Q(gathered_by="") | Q(waits_until__isnull=False), name="notices_gathered_had_waited"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "at"], name="notices_unread", condition=Q(read_at=None)),
            models.Index(fields=["user", "-at"], name="notices_of_person"),
            models.Index(
                fields=["user"],
                name="notices_to_gather",
                condition=Q(gathered_by="", waits_until__isnull=False),
            ),
            models.Index(fields=["gathered_by"], name="notices_gathered", condition=~Q(gathered_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, to {self.user_id}"


def chosen(by_mail: bool) -> models.CharField[str, str]:
    kept = MAIL if by_mail else CHAT
    return models.CharField(max_length=5, choices=[(each, WORDS[each]) for each in kept], default="now")


class Preference(models.Model):
    """How one person wants to be told. Who has no row has never chosen: all by mail, at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="preference"
    )
    decisions_mail = chosen(by_mail=True)
    decisions_chat = chosen(by_mail=False)
    outcomes_mail = chosen(by_mail=True)
    outcomes_chat = chosen(by_mail=False)
    tasks_mail = chosen(by_mail=True)
    tasks_chat = chosen(by_mail=False)
    watched_mail = chosen(by_mail=True)
    watched_chat = chosen(by_mail=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest_at = models.TimeField(default=DIGEST_AT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="notices_quiet_from_until",
            ),
            models.CheckConstraint(
                condition=~Q(decisions_mail="off", decisions_chat="off"),
                name="notices_decisions_not_silenced",
            ),
        ]

    def __str__(self) -> str:
        return f"Notifications of {self.user_id}"


class Channel(models.Model):
    """Where chat messages go: of one person, or of one team. Whoever knows `url` can write there: it is shown
    to nobody again, and logged nowhere."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="chat"
    )
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="chat")
    url = models.TextField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, team__isnull=False) | Q(user__isnull=False, team__isnull=True),
                name="notices_channel_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"Chat of {'a team' if self.team_id else 'a person'}, number {self.pk}"
