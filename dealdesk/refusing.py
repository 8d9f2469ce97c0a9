"""Where requests are stopped, and where what was typed comes back."""

import re
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from base import db
from base.errors import DomainError
from dealdesk import kept, whose
from dealdesk.kept import Kept
from dealdesk.refill import Reader, refill
from dealdesk.refusals import by_htmx, of_domain, only_sent, refuse, signed_out
from people.reading import read_by

MAIN = re.compile(r"<main[^>]*>")


class KeptMiddleware:
    """Puts what was kept into its form when the page is shown again, once, and says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 500:  # the database may be away: who asks is not to be found out
            whose.remember(request, response)
        kept.hand_over(request, response)
        if isinstance(response, HttpResponse) and is_page(request, response):
            for one in kept.waiting_for(request):
                put_back(request, response, one)
        return response


def is_page(request: HttpRequest, response: HttpResponse) -> bool:
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return request.method == "GET" and response.status_code == 200 and html and not by_htmx(request)


def put_back(request: HttpRequest, response: HttpResponse, one: Kept) -> None:
    html, page = response.content.decode(), request.get_full_path()
    here = one.page == page
    done = refill(html, page=page, path=one.path, words=one.words, anywhere=here)
    if not (done or here):
        return
    kept.taken(request, one)
    left = done.left if done else unnamed_words(html, page, one)
    if done or left:
        note = note_of(request, one, tuple(said for _, said in left))
        response.content = MAIN.sub(
            lambda found: found[0] + note, done.html if done else html, count=1
        ).encode()
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("ETag", None)


def unnamed_words(html: str, page: str, one: Kept) -> tuple[tuple[str, str], ...]:
    """What of the words was typed, when their form is gone: not what buttons and hidden fields say."""
    fields = [each for form in Reader(html, page).forms for each in form.controls]
    fixed = {each.name for each in fields if each.kind in ("submit", "hidden")}
    return tuple(pair for pair in one.words if pair[1].strip() and pair[0] not in fixed)


def note_of(request: HttpRequest, one: Kept, left: tuple[str, ...]) -> str:
    with read_by(request.user):
        return render_to_string("includes/kept.html", {"one": one, "left": left})


@never_cache
@login_not_required
@require_POST
def keep_words(request: HttpRequest) -> HttpResponse:
    """What was typed goes no further than this: kept, then to the sign-in or back to its page."""
    if not request.user.is_authenticated:
        return signed_out(request)
    kept.keep(request)
    return redirect(kept.page_of(request))


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs a sign-in; what was sent without one goes on from the page it was typed on."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and not by_htmx(request):
            return super().handle_no_permission(request, view_func)
        return signed_out(request)


class DomainErrorMiddleware:
    """A DomainError that a view lets through becomes a page that says what now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if by_htmx(request) and asks_to_sign_in(response):
            return signed_out(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "HEAD"):
            return only_sent(request, response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refused = exception if isinstance(exception, DomainError) else db.refusal(exception)
        return refuse(request, of_domain(refused)) if refused else None


def asks_to_sign_in(response: HttpResponseBase) -> bool:
    sign_in = resolve_url("account_login")
    return response.status_code == 302 and response["Location"].split("?")[0] == sign_in
