"""Adding to messages that nobody has been sent yet."""

from collections.abc import Collection

from ledger.models import Effect
from notices.message import Message
from notices.models import Notice

SENT_AS = ("mail", "chat", "team")


def locked(keys: Collection[str]) -> dict[str, Notice]:
    """The notices of these keys, locked in their order, so that nobody else adds to them meanwhile."""
    found = Notice.objects.select_for_update(no_key=True).filter(key__in=keys).order_by("key")
    return {notice.key: notice for notice in found}


def not_begun(notices: Collection[Notice]) -> list[Notice]:
    """Those that nobody has read and of which nothing is on its way. What is due of them is locked: none of
    it begins meanwhile."""
    of_key = {f"{way}:{each.key}": each.key for each in notices for way in SENT_AS}
    due = Effect.objects.select_for_update(no_key=True).filter(dedupe_key__in=of_key).order_by("pk")
    sent = {of_key[each.dedupe_key] for each in due if each.state != Effect.State.PENDING or each.attempts}
    return [each for each in notices if not (each.key in sent or each.read_at or each.gathered_by)]


def say_instead(notice: Notice, message: Message) -> None:
    """Let `notice` say this. What is due of it reads the notice when it is sent."""
    notice.stream, notice.subject, notice.text = message.stream, message.subject, message.text
    notice.path = message.path
    notice.lines = [{"text": line.text, "path": line.path} for line in message.lines]


def write_again(notices: Collection[Notice]) -> None:
    """Keep what they say instead, under the locks of `locked` and `not_begun`. One statement."""
    Notice.objects.bulk_update(notices, ["stream", "subject", "text", "path", "lines"])
