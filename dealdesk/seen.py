"""When each sign-in was last used, to the nearest five minutes: told to its person on their profile."""

from collections.abc import Callable
from functools import lru_cache

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from base import clock
from dealdesk.accounts import LISTED

SECONDS = 300
SESSIONS = 10_000


class SeenMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.get(LISTED) and request.session.session_key:
            note(request.session.session_key, int(clock.now().timestamp()) // SECONDS)
        return self.get_response(request)


@lru_cache(maxsize=SESSIONS)
def note(session_key: str, five_minutes: int) -> None:
    """Write it once in five minutes: what this process has written already, it remembers."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=clock.now())
