"""What the tests of notices share: a Thursday, a message, and what was sent by then."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from ledger.sweep import sweep
from notices.kinds import Group
from notices.links import unsubscribe_path
from notices.message import Message
from notices.models import Channel, Notice
from notices.notify import notify
from people.models import User

NOON = datetime(2026, 6, 11, 10, 0, tzinfo=UTC)  # in Berlin; a Thursday


def message(user: User, **changes: Any) -> Message:
    told = {
        "kind": "review",
        "stream": "deal:7",
        "subject": "Brandt, D-1284",
        "text": "Please answer by 16:20.",
        "path": "/reviews/7/",
        "key": f"review:step:7:1:{user.pk}",
    }
    return Message(user=user, **(told | changes))


def told(*messages: Message, at: datetime = NOON) -> None:
    with transaction.atomic():
        notify(messages, at=at)


def several(user: User, count: int, kind: str = "granted", *, at: datetime = NOON) -> None:
    """Messages of this kind to one person, each of its own deal."""
    for place in range(1, count + 1):
        told(
            message(
                user,
                kind=kind,
                subject=f"News {place}",
                key=f"{kind}:{place}:{user.pk}:{at:%H%M}",
                stream=f"deal:{place}",
                path=f"/deals/D-{place}/",
            ),
            at=at,
        )


def swept(at: datetime) -> None:
    sweep(at)


def give_chat(user: User) -> Channel:
    """One that is inside a private network: nothing can be written there."""
    return Channel.objects.create(user=user, url="json://127.0.0.1:9/s3cret", added_by=user, added_at=NOON)


def told_to(who: str) -> dict[str, Any]:
    """By the names in addresses: what one person was told last, their chat, and what stops their mails."""
    notice = Notice.objects.filter(user__email=f"{who}@helio.example").latest("pk")
    channel = Channel.objects.filter(user=notice.user_id).values_list("pk", flat=True).first()
    seal = unsubscribe_path(notice.user_id, Group.OUTCOMES).split("/")[2]
    return {"notice": notice.pk, "channel": channel, "seal": seal}
