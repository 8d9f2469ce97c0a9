"""Questions: what a reviewer must know before deciding. The step waits for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.models.request import Step
from deals.models import Deal

if TYPE_CHECKING:
    from people.models import User


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> QuestionQuerySet:
        return self.filter(status=Question.Status.OPEN)

    def put_to(self, user: User) -> QuestionQuerySet:
        return self.filter(to=user)


class Question(models.Model):
    """One question about a step, to one person. It ends once: answered, taken back, unanswered, or with the
    step."""

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        TAKEN_BACK = "taken_back", _("Taken back")
        UNANSWERED = "unanswered", _("Not answered in time")
        ENDED = "ended", _("Ended with the request")

    TOOK_PART = (Status.OPEN, Status.ANSWERED)

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="questions")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="questions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(status="open"), name="one_open_question_per_step"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="question_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(status="answered") & ~Q(answer="") | ~Q(status="answered") & Q(answer=""),
                name="answered_question_has_its_answer",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_asks_something"),
            models.CheckConstraint(condition=~Q(by=F("to")), name="nobody_asks_themselves"),
        ]
        indexes = [
            models.Index(fields=["to"], condition=Q(status="open"), name="open_question_to"),
            models.Index(fields=["deal"], name="question_by_deal"),
        ]

    def __str__(self) -> str:
        return f"{self.by} to {self.to}: {self.get_status_display().lower()}"
