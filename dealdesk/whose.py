"""Whose page a form stood on, told without a session: each sign-in in a browser has a secret of its own, and
every form of its pages a token of that secret. A signed cookie remembers the latest few and who signed in.
"""

from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    CSRF_SECRET_LENGTH,
    CSRF_TOKEN_LENGTH,
)

COOKIE = "pages"
SALT = "dealdesk.whose"
SECONDS = 14 * 24 * 3600
MOST = 4  # sign-ins


def owner(request: HttpRequest) -> int | None:
    """Who was signed in on the page this form stood on; None when this browser does not know."""
    token = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    if len(token) != CSRF_TOKEN_LENGTH or not set(token) <= set(CSRF_ALLOWED_CHARS):
        return None
    return dict(known(request)).get(digest(secret_of(token)))


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """After an answer to somebody signed in: the secret of this sign-in is theirs."""
    person, secret = getattr(request, "user", None), request.META.get("CSRF_COOKIE")
    if person is None or not person.is_authenticated or not secret:
        return
    before, now = known(request), (digest(secret), person.pk)
    if before[:1] == [now]:
        return
    listed = [now, *(each for each in before if each[0] != now[0])][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(listed, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def known(request: HttpRequest) -> list[tuple[str, int]]:
    try:
        listed = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return []
    return [(secret, person) for secret, person in listed]


def digest(secret: str) -> str:
    return sha256(f"{SALT}:{secret}".encode()).hexdigest()[:32]


def secret_of(token: str) -> str:
    """Undo the mask Django puts on the secret, another in each form."""
    mask, masked = token[:CSRF_SECRET_LENGTH], token[CSRF_SECRET_LENGTH:]
    places = (
        CSRF_ALLOWED_CHARS.index(a) - CSRF_ALLOWED_CHARS.index(b) for a, b in zip(masked, mask, strict=True)
    )
    return "".join(CSRF_ALLOWED_CHARS[place] for place in places)
