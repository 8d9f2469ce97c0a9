"""Adding to a message that nobody has been sent yet."""

from ledger.models import Effect
from notices.message import Message
from notices.models import Notice


def locked(key: str) -> Notice | None:
    """The notice of this key, locked, so that nobody else adds to it meanwhile."""
    return Notice.objects.select_for_update(no_key=True).filter(key=key).first()


def begun(notice: Notice) -> bool:
    """Whether it was read, or is on its way. What is due of it is locked: none of it begins meanwhile."""
    keys = [f"mail:{notice.key}", f"chat:{notice.key}", f"team:{notice.key}"]
    due = Effect.objects.select_for_update(no_key=True).filter(dedupe_key__in=keys).order_by("pk")
    sent = [each for each in due if each.state != Effect.State.PENDING or each.attempts]
    return bool(sent or notice.read_at or notice.gathered_by)


def rewrite(notice: Notice, message: Message) -> None:
    """Let `notice` say this instead, under the locks of `locked` and `begun`. What is due of it reads the
    notice when it is sent."""
    notice.stream, notice.subject, notice.text = message.stream, message.subject, message.text
    notice.path = message.path
    notice.lines = [{"text": line.text, "path": line.path} for line in message.lines]
    notice.save(update_fields=["stream", "subject", "text", "path", "lines"])
