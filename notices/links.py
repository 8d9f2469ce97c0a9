"""Addresses as they are written into messages and pages."""

from django.conf import settings
from django.utils.crypto import constant_time_compare

from base import sealed
from notices.kinds import Group
from notices.models import Notice

ALL = "all"


def address(path: str) -> str:
    """Our page, for a message."""
    return f"{settings.SITE_URL}{path}"


def link_of(notice: Notice) -> str:
    """Where a message leads its reader: with its token, where it has one. For nobody else's eyes."""
    if not notice.link:
        return address(notice.path)
    return address(notice.link.replace("{token}", sealed.token(notice.sealed)))


def unsubscribe_path(user_id: int, group: Group | None) -> str:
    """Where this person stops the mails of one group, or of all (None), without signing in."""
    name = f"{user_id}-{group or ALL}"
    return f"/unsubscribe/{name}-{sealed.token(f'unsubscribe:{name}')}/"


def subscription(token: str) -> tuple[int, Group | None] | None:
    """Who wants to be spared what (None: all mails); None for what we never wrote."""
    user_id, _, rest = token.partition("-")
    group, _, seal = rest.partition("-")
    if not constant_time_compare(seal, sealed.token(f"unsubscribe:{user_id}-{group}")):
        return None
    return int(user_id), None if group == ALL else Group(group)
