"""Effect "chat": notices in a chat. Payload: `to` and `notice` for a person's own; `channel` and `notices`
for that of a team, which reads the subject and gets the page alone."""

from collections.abc import Sequence
from datetime import datetime

from base.words import say
from ledger.handlers import external
from ledger.models import Effect
from notices.endpoint import speak
from notices.links import address, link_of
from notices.models import Channel, Notice


@external
def post(effect: Effect, now: datetime) -> None:
    """Write it. A second time after a crash has the same key. Nobody who left is written to, nor a chat that
    was taken out meanwhile."""
    told = effect.facts
    keys = told.get("notices") or [told["notice"]]
    told_to = Notice.objects.filter(key__in=keys, user__is_active=True).select_related("user")
    found = list(told_to.order_by("pk"))
    place = {"pk": told["channel"]} if "channel" in told else {"user": told["to"]}
    channel = Channel.objects.filter(**place).first()
    if channel and found:
        body = for_team(found) if channel.team_id else for_one(found[0])
        speak(channel.url, found[0].subject, body, key=effect.dedupe_key)


def for_one(notice: Notice) -> str:
    lines = [f"- {line['text']}" for line in notice.lines] if len(notice.lines) > 1 else []
    return "\n".join(part for part in (notice.text, *lines, link_of(notice)) if part)


def for_team(notices: Sequence[Notice]) -> str:
    names = ", ".join(notice.user.name for notice in notices)
    return say("For {names}: {address}", names=names, address=address(notices[0].path))
