"""What stands in the way, said as a page: what happened, what became of what was typed, what to do next.

htmx is handed the same words for a fixed place of the page it speaks for: no field of it is touched. Words
typed on a full page are kept and stand in their form again when it is shown.
"""

import sys
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from base import db
from base.errors import Busy, DomainError, NotYours
from base.words import mark, say
from dealdesk import bare
from dealdesk.kept import files_of, keep, page_of, typed
from dealdesk.unnamed import unnamed
from dealdesk.whose import owner
from people.models import User

PAGE = "errors/refusal.html"
ALERT = f"{PAGE}#alert"
MINUTE = 60
HELPERS = 2
KEPT = mark(
    "You were signed out. What you typed is kept for an hour: sign in, and it stands in its form again."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`retry_after` is in seconds, 0 when waiting is of no use. `ask`: somebody else has to be asked; where
    the deal desk can be named, that stands in place of `what_now`."""

    status: int
    title: str
    message: str
    what_now: str = ""
    icon: str = "alert-circle"
    sentences: tuple[str, ...] = ()
    retry_after: int = 0
    ask: bool = False


NOT_FOUND = Refusal(
    404,
    mark("There is no such page"),
    mark("Nothing stands at this address, or it is not yours to see."),
    mark("Look at the address again, or search for what you meant."),
    "search",
)
NO_DEAL = Refusal(
    404,
    mark("There is nothing here that you can see"),
    mark("It does not exist, or it is not shared with you."),
    mark("Whoever owns the deal can share it."),
    "search",
)
FORBIDDEN = Refusal(
    403,
    mark("This is not yours to do"),
    mark("You are signed in, but this page or this step belongs to someone else."),
    mark("Nothing has changed. Ask the person it belongs to."),
    "lock-access",
    ask=True,
)
ONLY_SENT = Refusal(
    405,
    mark("A button leads here, not a link"),
    mark("This address only takes what a button sends. Nothing has changed."),
    mark("Go to the page with the button."),
    "arrow-right",
)
TOO_MANY = Refusal(
    429,
    mark("Too many tries"),
    mark("There were many tries in a short time, so this waits for a minute. Nothing has changed."),
    mark("Try again after that minute."),
    "clock-exclamation",
    retry_after=MINUTE,
)
OLDER = Refusal(
    403,
    mark("This page is older than your sign-in"),
    mark("For your safety a form is only taken from a page of the present sign-in. Nothing was sent."),
    mark("Open the page again and send it from there."),
    "clock-exclamation",
)
SIGNED_OUT = Refusal(
    401,
    mark("You are signed out"),
    mark("Nothing is sent until you sign in again. What you typed stays in this page."),
    "",
    "clock-exclamation",
)
ICONS = {403: "lock-access", 404: "search", 409: "refresh", 429: "clock-exclamation", 503: "hourglass"}


def in_words(fixed: Refusal) -> Refusal:
    """One of those above, in the reader's language."""
    title, message, now = say(fixed.title), say(fixed.message), say(fixed.what_now)
    return replace(fixed, title=title, message=message, what_now=now)


def refuse(request: HttpRequest, refusal: Refusal, *, go_on: str = "") -> HttpResponse:
    """`go_on`: where to continue with what was typed; the page itself when it is empty."""
    back = page_of(request) if request.method == "POST" or by_htmx(request) else request.get_full_path()
    shown = {"refusal": refusal, "back": back, "go_on": go_on, "sendable": not unnamed(back)}
    if by_htmx(request):
        response = bare.in_place(render(request, ALERT, shown, status=refusal.status))
    else:
        shown["helpers"] = helpers(request) if refusal.ask else ()
        shown["kept"] = request.method == "POST" and theirs(request) and keep(request)
        response = render(request, PAGE, shown, status=refusal.status)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def helpers(request: HttpRequest) -> tuple[User, ...]:
    """Who of the deal desk can say whose it is: two at most, nobody to a stranger. One query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    return tuple(User.objects.desk().exclude(pk=user.pk).by_name()[:HELPERS])


def theirs(request: HttpRequest) -> bool:
    """Whether the form stood on a page of who is signed in now, if anybody is."""
    user = getattr(request, "user", None)
    return user is None or not user.is_authenticated or owner(request) == user.pk


def of_domain(error: DomainError) -> Refusal:
    """The refusal of a verb, in its own words."""
    said = tuple(error.fields.values()) if len(getattr(error, "fields", ())) > 1 else ()  # type: ignore[attr-defined]
    wait = error.retry_after if isinstance(error, Busy) else 0
    icon = ICONS.get(error.status, "alert-circle")
    ask = error.status == NotYours.status and error.what_now == NotYours.what_now
    title, now = say(error.title), say(error.what_now)
    return Refusal(error.status, title, error.message, now, icon, said, wait, ask)


def by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


# --- without a session, or with a form of an earlier one --------------------------------------------------


def signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in and on to the page, where what was typed stands in its form again."""
    page = page_of(request)
    if by_htmx(request):
        return refuse(request, in_words(SIGNED_OUT), go_on=redirect_to_login(page).url)
    if keep(request):
        messages.warning(request, say(KEPT))
    elif worth_copying(request):
        return copy_it(request, redirect_to_login(page).url)
    return redirect_to_login(page)


def older(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW: from another site, or from a page of an earlier sign-in."""
    page, ours = page_of(request), from_here(request)
    if by_htmx(request) and ours:
        return refuse(request, in_words(OLDER), go_on=page)
    user = getattr(request, "user", None)
    if ours and not (user is not None and user.is_authenticated):
        return signed_out(request)
    if ours and theirs(request) and keep(request):
        return redirect(page)
    if ours and owner(request) is None and worth_copying(request):
        return copy_it(request, page)
    return refuse(request, in_words(OLDER))


def from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent it, as the browser says."""
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    return url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())


def worth_copying(request: HttpRequest) -> bool:
    return any(" " in said.strip() for _, said in typed(request))


def copy_it(request: HttpRequest, go_on: str) -> HttpResponse:
    """What must not or cannot be kept goes back to whoever sent it, and nowhere else."""
    said = [words for _, words in typed(request) if " " in words.strip()]
    shown = {"said": said, "go_on": go_on, "files": files_of(request)}
    response = render(request, "errors/words.html", shown, status=401)
    response["Cache-Control"] = "no-store"
    return response


# --- handlers of dealdesk.urls ------------------------------------------------------------------------------


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, in_words(NO_DEAL if request.path.startswith("/deals/") else NOT_FOUND))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, in_words(FORBIDDEN))


def too_many(request: HttpRequest) -> HttpResponse:
    return refuse(request, in_words(TOO_MANY))


def senseless(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host that is not ours, an address that cannot be read: nothing of the request is touched."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return bare.too_large(request)
    return bare.senseless(request)


def failed(request: HttpRequest) -> HttpResponse:
    """A bug, or a database that does not answer: drawn without template, database or person."""
    error = sys.exc_info()[1]
    kept = request.method == "POST" and keep(request)
    if error is not None and db.unreachable(error):
        return bare.starting(request, kept=kept)
    return bare.failed(request, kept=kept)


def only_sent(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only takes what a button sends was opened: where the button is."""
    response = refuse(request, in_words(ONLY_SENT), go_on=page_with_button(request.path))
    response["Allow"] = allowed
    return response


def page_with_button(path: str) -> str:
    """The nearest page above; home when there is none."""
    parts = path.strip("/").split("/")
    for many in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:many])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
