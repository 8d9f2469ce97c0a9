"""Telling people: a row of their inbox, and the mail and chat messages that go with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.batch import at_end
from ledger.effects import planned, schedule_all
from ledger.models import Effect
from notices.kinds import Group, group_of
from notices.message import Message
from notices.models import Channel, Notice
from notices.quiet import Quiet
from notices.ways import Ways, Wishes, ways
from people.models import User

Told = tuple[Message, datetime, datetime | None]  # what, from when on, and what stands as its time of writing

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
    if not hushed.get():
        at_end(write_out, ((message, at, written) for message in messages))


def write_out(told: Sequence[Told]) -> None:
    """The rows and the effects of what was told, three statements in all."""
    if not told:
        return
    readers = readers_of(message for message, _, _ in told)
    effects: list[Effect] = []
    rows = []
    for message, at, written in told:
        way = ways(wishes(readers[message.user.pk]), group_of(message.kind), at)
        rows.append(notice(message, way, at=at))
        effects += dated(sendings(message, way), written)
    for at, written in dict.fromkeys((at, written) for _, at, written in told):
        alike = [message for message, *when in told if when == [at, written]]
        effects += dated(team_posts(alike, readers, at=at), written)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    schedule_all(effects)


def dated(effects: Iterable[Effect], written: datetime | None) -> Iterator[Effect]:
    for effect in effects:
        effect.created_at = written or effect.created_at
        yield effect


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


def team_posts(told: Sequence[Message], readers: Mapping[int, User], *, at: datetime) -> Iterator[Effect]:
    """One post in the chat of a team for what several of its people are told alike. It says nothing of what
    they only watch."""
    alike: dict[tuple[int, str, str], list[Message]] = {}
    for each in told:
        channel = team_chat(readers[each.user.pk])
        if channel and group_of(each.kind) != Group.WATCHED:
            alike.setdefault((channel.pk, each.stream, each.subject), []).append(each)
    for (channel_id, stream, _), messages in alike.items():
        first, keys = messages[0], [each.key for each in messages]
        about = f"notices:{stream or first.user.pk}"
        yield planned("chat", about, f"team:{first.key}", at, channel=channel_id, notices=keys)


def readers_of(told: Iterable[Message]) -> Mapping[int, User]:
    """With what each chose, and their chats, in one query."""
    found = User.objects.select_related("preference", "chat", "team__chat")
    return found.in_bulk([message.user.pk for message in told])


def team_chat(reader: User) -> Channel | None:
    return getattr(reader.team, "chat", None)


def wishes(reader: User) -> Wishes:
    """What this person chose, as the rules read it."""
    row, zone = getattr(reader, "preference", None), ZoneInfo(reader.timezone)
    chat = getattr(reader, "chat", None) is not None
    if row is None:
        return Wishes(zone, chat=chat)
    both = (row.quiet_from, row.quiet_until)
    return Wishes(
        zone=zone,
        chosen={name: getattr(row, name) for group in Group for name in (f"{group}_mail", f"{group}_chat")},
        quiet=Quiet(*both) if None not in both else None,
        digest_at=row.digest_at,
        chat=chat,
    )
