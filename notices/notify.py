"""Telling people: a row of their inbox, and the mail and chat messages that go with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from ledger.effects import planned, schedule_all
from ledger.models import Effect
from notices.kinds import Group, group_of
from notices.message import Message
from notices.models import Channel, Notice, Preference
from notices.quiet import Quiet
from notices.ways import Ways, Wishes, ways
from people.models import User

hushed: ContextVar[bool] = ContextVar("hushed", default=False)


@contextmanager
def telling_nobody() -> Iterator[None]:
    """Whatever is told in here is written nowhere: for imports and for what happened before we were here."""
    token = hushed.set(True)
    try:
        yield
    finally:
        hushed.reset(token)


def notify(messages: Iterable[Message], *, at: datetime, written: datetime | None = None) -> None:
    """Put these into the inboxes of their people, and send them on as each has chosen, from `at` on. In the
    transaction of their cause; a key that was told before tells nothing again.

    `written`: what stands as the time of writing where the real one would tell who."""
    told = list(messages)
    if not told or hushed.get():
        return
    channels = channels_of({message.user for message in told})
    wishes = wishes_of({message.user for message in told}, channels)
    planned_ways = [(each, ways(wishes[each.user.pk], group_of(each.kind), at)) for each in told]
    Notice.objects.bulk_create((notice(*pair, at=at) for pair in planned_ways), ignore_conflicts=True)
    effects = [effect for pair in planned_ways for effect in sendings(*pair)]
    effects += team_posts(told, channels, at=at)
    for effect in effects:
        effect.created_at = written or effect.created_at
    schedule_all(effects)


def notice(message: Message, way: Ways, *, at: datetime) -> Notice:
    return Notice(
        user=message.user,
        kind=message.kind,
        stream=message.stream,
        key=message.key,
        subject=" ".join(message.subject.split()),
        text=message.text,
        path=message.path,
        link=message.link,
        sealed=message.sealed,
        lines=[{"text": line.text, "path": line.path} for line in message.lines],
        at=at,
        waits_until=way.mail if way.gathered else None,
    )


def sendings(message: Message, way: Ways) -> Iterator[Effect]:
    """The mail and the chat message are effects of their own: one that fails holds up no other."""
    about = f"notices:{message.stream or message.user.pk}"
    told = {"to": message.user.pk, "notice": message.key}
    if way.mail:
        kind = "digest" if way.gathered else "mail"
        yield planned(kind, about, f"mail:{message.key}", way.mail, **told)
    if way.chat:
        yield planned("chat", about, f"chat:{message.key}", way.chat, **told)


def team_posts(told: Sequence[Message], channels: Sequence[Channel], *, at: datetime) -> Iterator[Effect]:
    """One post in the chat of a team for what several of its people are told alike. It says nothing of what
    they only watch."""
    for channel in channels:
        alike: dict[tuple[str, str], list[Message]] = {}
        for each in told:
            ours = channel.team_id and each.user.team_id == channel.team_id
            if ours and group_of(each.kind) != Group.WATCHED:
                alike.setdefault((each.stream, each.subject), []).append(each)
        for messages in alike.values():
            first, keys = messages[0], [each.key for each in messages]
            once = f"team:{channel.team_id}:{first.key}"
            yield planned("chat", f"notices:{first.stream}", once, at, channel=channel.pk, notices=keys)


def channels_of(users: Iterable[User]) -> list[Channel]:
    people = [user.pk for user in users]
    teams = {user.team_id for user in users if user.team_id}
    return list(Channel.objects.filter(Q(user__in=people) | Q(team__in=teams)).order_by("pk"))


def wishes_of(users: Iterable[User], channels: Iterable[Channel]) -> Mapping[int, Wishes]:
    rows = Preference.objects.in_bulk([user.pk for user in users])
    chats = {channel.user_id for channel in channels}
    return {user.pk: wishes(user, rows.get(user.pk), chat=user.pk in chats) for user in users}


def wishes(user: User, row: Preference | None, *, chat: bool) -> Wishes:
    """What this person chose, as the rules read it."""
    zone = ZoneInfo(user.timezone)
    if row is None:
        return Wishes(zone, chat=chat)
    both = (row.quiet_from, row.quiet_until)
    return Wishes(
        zone=zone,
        chosen={
            f"{group}_{way}": getattr(row, f"{group}_{way}") for group in Group for way in ("mail", "chat")
        },
        quiet=Quiet(*both) if both[0] and both[1] else None,
        digest_at=row.digest_at,
        chat=chat,
    )
