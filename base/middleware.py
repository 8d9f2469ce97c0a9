"""A DomainError that a view lets through becomes a page that says what now."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url

from base import db
from base.errors import Busy, DomainError

PAGE = "errors/domain.html"
PANEL = f"{PAGE}#panel"


class DomainErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return to_sign_in(request) if by_htmx(request) and asks_to_sign_in(response) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refused = exception if isinstance(exception, DomainError) else db.refusal(exception)
        return answer(request, refused) if refused else None


def answer(request: HttpRequest, refused: DomainError) -> HttpResponse:
    """The refusal as a page, or as its panel when htmx asked for a part of one."""
    shown = {"error": refused, "status": refused.status, "title": refused.title, "what_now": refused.what_now}
    response = render(request, PANEL if by_htmx(request) else PAGE, shown, status=refused.status)
    if isinstance(refused, Busy):
        response["Retry-After"] = str(refused.retry_after)
    return response


def by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def asks_to_sign_in(response: HttpResponseBase) -> bool:
    sign_in = resolve_url(settings.LOGIN_URL)
    return response.status_code == 302 and response["Location"].split("?")[0] == sign_in


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A fragment must not become a sign-in form: htmx takes the whole page there, and back afterwards."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(page).url})
