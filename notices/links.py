"""Addresses as they are written into messages and pages."""

from django.conf import settings
from django.utils.crypto import constant_time_compare

from base import sealed
from notices.kinds import Group
from notices.models import Notice

DAILY = "daily"


def address(path: str) -> str:
    """Our page, for a message."""
    return f"{settings.SITE_URL}{path}"


def link_of(notice: Notice) -> str:
    """Where a message leads its reader: with its token, where it has one. For nobody else's eyes."""
    if not notice.link:
        return address(notice.path)
    return address(notice.link.replace("{token}", sealed.token(notice.sealed)))


def unsubscribe_path(user_id: int, group: Group | None) -> str:
    """Where this person stops the mails of one group, or those once a day, without signing in."""
    name = f"{user_id}-{group or DAILY}"
    return f"/unsubscribe/{name}-{sealed.token(f'unsubscribe:{name}')}/"


def subscription(token: str) -> tuple[int, Group | None] | None:
    """Who wants to be spared what (None: the mail once a day); None for what we never wrote."""
    user_id, _, rest = token.partition("-")
    group, _, seal = rest.partition("-")
    if not constant_time_compare(seal, sealed.token(f"unsubscribe:{user_id}-{group}")):
        return None
    return int(user_id), None if group == DAILY else Group(group)
