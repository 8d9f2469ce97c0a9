"""The chats that people are written to in: everyone sets their own, the deal desk those of teams."""

from django.db import transaction

from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from notices.endpoint import NotDelivered, refuse_inside, service_of, speak
from notices.links import address
from notices.models import Channel
from people.models import Function, Team, User


@transaction.atomic
def set_chat(*, by: User, url: str, team: Team | None = None) -> Channel:
    """From now on chat messages of `by`, or of `team`, go to `url`; another one takes the place of the last.

    Raises NotYours (a team's, and not of the desk), Invalid (a service that is not on our list, or a host
    inside a private network)."""
    refuse_other(by, team)
    refuse_inside(service_of(url.strip()))
    owner = {"team": team} if team else {"user": by}
    values = {"url": url.strip(), "added_by": by, "added_at": clock.now()}
    channel, _ = Channel.objects.update_or_create(**owner, defaults=values)
    return channel


def take_out(channel: Channel, *, by: User) -> None:
    """Write there no more. What waits for its hour goes nowhere. Raises NotYours."""
    refuse_stranger(channel, by)
    Channel.objects.filter(pk=channel.pk).delete()


def try_out(channel: Channel, *, by: User) -> None:
    """Write a test message there, now. Raises NotYours, Invalid (with what came back)."""
    refuse_stranger(channel, by)
    key = f"test:{channel.pk}:{clock.now():%Y%m%dT%H%M%S%f}"
    told = say("{name} tried it. {address}", name=by.name, address=address("/"))
    try:
        speak(channel.url, say("Deal Desk can write here"), told, key=key)
    except NotDelivered as failure:
        why = say("The test message did not arrive: {failure}", failure=failure)
        raise Invalid(why, field="url") from None


def may_set_for_teams(user: User) -> bool:
    return user.is_active and (user.function == Function.DESK or user.is_staff)


def refuse_other(by: User, team: Team | None) -> None:
    if team and not may_set_for_teams(by):
        raise NotYours(say("The deal desk says where the messages of a team go."))


def refuse_stranger(channel: Channel, by: User) -> None:
    refuse_other(by, channel.team)
    if channel.user_id and channel.user_id != by.pk:
        raise NotYours(say("This is the chat of somebody else."))
