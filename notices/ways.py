"""Which way a message goes, by what its reader chose. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from notices.kinds import Group
from notices.quiet import Quiet, awake, coming

NOW, DAILY, OFF = "now", "daily", "off"
DIGEST_AT = time(8)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person chose: by "decisions_mail" and so on `now`, `daily` (mail alone) or `off`; what is not
    there is sent at once. `chat`: whether they have a chat of their own."""

    zone: ZoneInfo
    chosen: Mapping[str, str] = field(default_factory=dict)
    quiet: Quiet | None = None
    digest_at: time = DIGEST_AT
    chat: bool = False

    def of(self, group: Group, way: str) -> str:
        return self.chosen.get(f"{group}_{way}", NOW)


@dataclass(frozen=True, slots=True)
class Ways:
    """When the mail and the chat message are due; None: not at all. `gathered`: the mail waits for others."""

    mail: datetime | None
    chat: datetime | None
    gathered: bool


def ways(wishes: Wishes, group: Group, at: datetime) -> Ways:
    """How what is said at `at` goes out. What waits for its reader goes by mail when nothing else is left."""
    said = awake(at, wishes.quiet, wishes.zone)
    chat = said if wishes.chat and wishes.of(group, "chat") == NOW else None
    by_mail = wishes.of(group, "mail")
    if by_mail == OFF and group == Group.DECISIONS and chat is None:
        by_mail = NOW
    if by_mail == OFF:
        return Ways(None, chat, gathered=False)
    if by_mail == DAILY:
        said = awake(coming(at, wishes.digest_at, wishes.zone), wishes.quiet, wishes.zone)
    return Ways(said, chat, gathered=said > at)
