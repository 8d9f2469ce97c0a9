"""Marking notices as read: only ever by a button."""

from datetime import datetime

from notices.models import Notice
from people.models import User


def read(notice: Notice, *, at: datetime) -> None:
    """Once; a second time changes nothing."""
    Notice.objects.filter(pk=notice.pk, read_at=None, at__lte=at).update(read_at=at)


def read_all(*, by: User, up_to: int, at: datetime) -> int:
    """Everything of `by` that was on the screen: up to the notice `up_to`. How many were unread."""
    return Notice.objects.unread_of(by.pk, at).filter(pk__lte=up_to).update(read_at=at)
