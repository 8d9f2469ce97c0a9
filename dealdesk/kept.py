"""What was typed and could not be taken: kept for an hour, for who typed it, until its form is shown again.

It is kept in the cache under a name that only this browser knows, and shown to no one but the person on whose
page it was typed. Nothing is ever sent by itself. Passwords and files are not kept, and nothing at all of
pages where people may act without a name.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from redis.exceptions import RedisError

from base import clock
from dealdesk.unnamed import unnamed
from dealdesk.whose import owner

COOKIE = "kept"
GIVEN = "dealdesk.kept"  # in request.META: the name under which this request's words are kept
SENT_TO = "kept-for"  # field: where the form goes, when it was sent here only to be kept
SECONDS = 3600
MOST = 5  # forms of one browser
MOST_CHARACTERS = 200_000
NAME = re.compile(r"[A-Za-z0-9_-]{43}")
NEVER = re.compile(r"^/(accounts|admin)/")
UNKEPT = re.compile(r"password|receipt|csrfmiddlewaretoken|^kept-for$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """Words of one form: whose, typed on which page, sent where, which files were with it, and when."""

    owner: int
    page: str
    path: str
    words: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    at: datetime


def keep(request: HttpRequest) -> bool:
    """Whether the words of this form are kept. False also when there are none."""
    person, words = owner(request), typed(request)
    path = sent_to(request)
    if person is None or not words or not may_keep(path, words):
        return False
    mine = Kept(person, page_of(request), path, words, files_of(request), clock.now())
    name = name_of(request) or secrets.token_urlsafe(32)
    try:
        others = [each for each in kept(name) if (each.path, each.owner) != (path, person)]
        store(name, [mine, *others][:MOST])
    except RedisError:
        return False
    request.META[GIVEN] = name
    return True


def typed(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Field and words, in the order of the form; without what is nobody's to keep."""
    return tuple(
        (field, said)
        for field in request.POST
        if not UNKEPT.search(field)
        for said in request.POST.getlist(field)
    )


def files_of(request: HttpRequest) -> tuple[str, ...]:
    """Their names: they have to be chosen again."""
    return tuple(file.name or "" for _, files in request.FILES.lists() for file in files)


def may_keep(path: str, words: Sequence[tuple[str, str]]) -> bool:
    long = sum(len(field) + len(said) for field, said in words) > MOST_CHARACTERS
    return not (long or unnamed(path) or NEVER.match(path))


def sent_to(request: HttpRequest) -> str:
    return urlsplit(request.POST.get(SENT_TO, "")).path or request.path


def page_of(request: HttpRequest) -> str:
    """Path and query of the page the form stood on; home when it cannot be told. Never another site."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(came_from)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def waiting_for(request: HttpRequest) -> list[Kept]:
    """What this browser typed on pages of who is signed in now."""
    person, name = getattr(request, "user", None), name_of(request)
    if not name or person is None or not person.is_authenticated:
        return []
    try:
        return [each for each in kept(name) if each.owner == person.pk]
    except RedisError:
        return []


def taken(request: HttpRequest, one: Kept) -> None:
    """It stands in its form again: kept no longer."""
    name = name_of(request)
    store(name, [each for each in kept(name) if each != one])


def hand_over(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell the browser under which name its words are kept."""
    if GIVEN in request.META:
        response.set_cookie(
            COOKIE,
            request.META[GIVEN],
            max_age=SECONDS,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def name_of(request: HttpRequest) -> str:
    given = request.META.get(GIVEN) or request.COOKIES.get(COOKIE, "")
    return given if NAME.fullmatch(given) else ""


def kept(name: str) -> list[Kept]:
    found: list[dict[str, Any]] = cache.get(f"kept:{name}", [])
    return [Kept(**each) for each in found]


def store(name: str, listed: Sequence[Kept]) -> None:
    cache.set(f"kept:{name}", [asdict(each) for each in listed], SECONDS)
