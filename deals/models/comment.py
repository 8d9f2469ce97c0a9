"""Comments on a deal: what was said, each wording of it, and whom it names. Nothing is changed or removed."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from base.words import say
from deals.models.deal import Deal

APPEND_ONLY = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
]


class CommentQuerySet(models.QuerySet["Comment"]):
    def with_words(self) -> CommentQuerySet:
        """With everything a page says of each, first to last: three queries for however many."""
        named = models.Prefetch("mentions", Mention.objects.select_related("user").order_by("pk"))
        wordings = models.Prefetch("wordings", Wording.objects.select_related("by").prefetch_related(named))
        return self.select_related("by", "answers__by").prefetch_related(wordings).order_by("number")


class Comment(models.Model):
    """One comment. `sent`: the form it came from, which makes one comment however often it is sent."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="comments")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    sent = models.UUIDField()
    at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "number"], name="deals_comment_numbers_differ"),
            models.UniqueConstraint(fields=["deal", "by", "sent"], name="deals_comment_sent_once"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return say("Comment {number}", number=self.number)


class Wording(models.Model):
    """What a comment says from then on; without a text: that it was taken back."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    taken_back = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="deals_wording_numbers_differ"),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(taken_back=True), name="deals_comment_taken_back_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_back=True, text="") | Q(taken_back=False) & ~Q(text=""),
                name="deals_wording_says_something",
            ),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.comment}, wording {self.number}"


class Mention(models.Model):
    """Somebody a wording names. `written`: as it stands in the text, with its @."""

    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written = models.CharField(max_length=260)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wording", "user"], name="deals_mention_once_a_wording"),
        ]
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return self.written
