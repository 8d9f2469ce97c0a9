"""One's own name, time zone, locale and theme; and where one is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from base import clock
from ledger.record import record
from people.devices import device
from people.models import User

STREAM = "people"
OWN = ("name", "timezone", "locale", "theme")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place a person is signed in at. `here`: the page is read there."""

    pk: int
    device: str
    ip: str
    since: datetime | None
    seen: datetime
    here: bool


def signed_in(user: User, session_key: str | None) -> list[SignedIn]:
    """This place first, then the last seen. Sessions that ran out by themselves are none: one query."""
    kept = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    alive = UserSession.objects.filter(Exists(kept), user=user)
    found = [
        SignedIn(
            pk=each.pk,
            device=device(each.user_agent),
            ip=each.ip,
            since=each.created_at,
            seen=each.last_seen_at,
            here=each.session_key == session_key,
        )
        for each in alive.order_by("-last_seen_at", "-pk")
    ]
    return sorted(found, key=lambda each: not each.here)


def unlisted(user: User, user_agent: str) -> SignedIn:
    """This place, of somebody who signed in before places were listed."""
    return SignedIn(0, device(user_agent), "", user.last_login, clock.now(), here=True)


@transaction.atomic
def set_own(user: User, chosen: Mapping[str, str], *, at: datetime) -> None:
    """Write what the person chose of OWN, and nothing else; what stays the same is not written or recorded.

    `chosen` must be valid. Names are prose: the record says that one changed, not to what.
    """
    before = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = {name: chosen[name] for name in OWN if name in chosen and getattr(before, name) != chosen[name]}
    if not changed:
        return
    User.objects.filter(pk=user.pk).update(**changed)
    told: dict[str, Any] = {name: value for name, value in changed.items() if name != "name"}
    record(STREAM, "profile_set", by=user, at=at, user=user.pk, fields=sorted(changed), **told)


def end_session(user: User, session: int) -> UserSession | None:
    """Sign out at one place of this person; None when nobody was signed in there any more."""
    found = UserSession.objects.filter(user=user, pk=session).first()
    if found:
        found.end()
    return found


def end_others(user: User, session_key: str | None) -> int:
    """Sign out at every other place; how many there were."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=session_key))
    for each in others:
        each.end()
    return len(others)
