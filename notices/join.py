"""Adding to a message that nobody has been sent yet."""

from ledger.models import Effect
from notices.message import Message
from notices.models import Notice
from people.models import User


def untouched(key: str, user: User) -> Notice | None:
    """The notice of this key to `user` while nothing of it is on its way, locked with all that is due of it;
    None when there is none, or it is read, or being sent."""
    notice = Notice.objects.select_for_update(no_key=True).filter(key=key, read_at=None).first()
    if notice is None or notice.gathered_by:
        return None
    keys = [f"mail:{key}", f"chat:{key}", f"team:{user.team_id}:{key}"]
    due = Effect.objects.select_for_update(no_key=True).filter(dedupe_key__in=keys).order_by("pk")
    begun = [each for each in due if each.state != Effect.State.PENDING or each.attempts]
    return None if begun else notice


def rewrite(notice: Notice, message: Message) -> None:
    """Let `notice` say this instead. The caller holds the locks of `untouched`; what is due of it reads the
    notice when it is sent."""
    notice.stream, notice.subject, notice.text = message.stream, message.subject, message.text
    notice.path = message.path
    notice.lines = [{"text": line.text, "path": line.path} for line in message.lines]
    notice.save(update_fields=["stream", "subject", "text", "path", "lines"])
