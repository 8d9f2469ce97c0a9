"""What the page says of chats: where they are, and never by which address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from base.words import say
from notices.endpoint import described
from notices.models import Channel
from people.models import Team, User


@dataclass(frozen=True, slots=True)
class ShownChat:
    pk: int
    where: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Panel:
    """One chat on the page: one's own, or that of a team. `mistakes`: what was wrong with what was sent."""

    key: str
    title: str
    team: int | None = None
    chat: ShownChat | None = None
    mistakes: tuple[str, ...] = ()


def own_panel(user: User, mistakes: Sequence[str] = ()) -> Panel:
    channel = Channel.objects.filter(user=user).select_related("added_by").first()
    return Panel("own", say("Your chat"), None, shown(channel) if channel else None, tuple(mistakes))


def team_panels(wrong: Team | None = None, mistakes: Sequence[str] = ()) -> list[Panel]:
    """Every team, by name, with its chat where it has one. Two queries."""
    channels = Channel.objects.exclude(team=None).select_related("added_by")
    found = {channel.team_id: shown(channel) for channel in channels}
    return [
        Panel(
            f"team-{each.pk}",
            each.name,
            each.pk,
            found.get(each.pk),
            tuple(mistakes) if each == wrong else (),
        )
        for each in Team.objects.order_by("name")
    ]


def shown(channel: Channel) -> ShownChat:
    return ShownChat(channel.pk, described(channel.url), channel.added_by.name, channel.added_at)
