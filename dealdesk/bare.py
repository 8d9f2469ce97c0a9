"""Pages drawn with nothing but a file read at the start: no template engine, database, session or person.

For what may be broken when they are needed.
"""

from html import escape
from pathlib import Path
from string import Template

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.translation import get_language
from structlog.contextvars import get_contextvars

from base.locales import HOUSE, direction
from base.words import mark, say
from dealdesk.kept import page_of

SECONDS = 5  # after which a page that waits looks again by itself
IN_PLACE = {"HX-Retarget": "#trouble", "HX-Reswap": "innerHTML"}
SOURCES = Path(settings.BASE_DIR) / "templates" / "errors"
TONGUE = 'lang="$language" dir="$direction"'  # in place of the one it lies there in
PAGE = Template((SOURCES / "bare.html").read_text(encoding="utf-8").replace('lang="en"', TONGUE))
ALERT = Template((SOURCES / "bare_alert.html").read_text(encoding="utf-8"))
BACK = mark("Your words are kept for an hour and stand in their form again.")


def failed(request: HttpRequest, *, kept: bool) -> HttpResponse:
    number = get_contextvars().get("request_id", "")
    said = say(BACK) if kept else say("What you sent was not saved, unless a page said so.")
    told = say("If it stays so, tell whoever runs Deal Desk this number: {number}", number=number)
    return drawn(
        request,
        500,
        "alert-triangle",
        say("Something went wrong on our side"),
        say("It has been written down. {said} Try again in a moment.", said=said),
        told if number else "",
    )


def starting(request: HttpRequest, *, kept: bool) -> HttpResponse:
    """It looks again by itself, unless that would take words away that are kept nowhere."""
    alone = request.method == "POST" and not kept and request.headers.get("HX-Request") != "true"
    response = drawn(
        request,
        503,
        "server",
        say("Deal Desk is starting"),
        say("Its database does not answer yet. {said}", said=lost(kept=kept, alone=alone)),
        say("Try again in a moment.")
        if alone
        else say("This page looks again every {seconds} seconds.", seconds=SECONDS),
    )
    response["Retry-After"] = str(SECONDS)
    if not alone and "HX-Retarget" not in response:
        response["Refresh"] = f"{SECONDS};url={again(request)}"
    return response


def lost(*, kept: bool, alone: bool) -> str:
    """What became of what was typed."""
    if kept:
        return say(BACK)
    if alone:
        return say("Nothing was sent: go back, what you typed is in the form.")
    return say("Nothing is lost.")


def senseless(request: HttpRequest) -> HttpResponse:
    title = say("This request makes no sense here")
    said = say("The address or what came with it cannot be read. Nothing has changed.")
    return drawn(request, 400, "alert-circle", title, said, "")


def too_large(request: HttpRequest) -> HttpResponse:
    title = say("That is too much at once")
    said = say("What was sent is larger than this page takes. Nothing was sent.")
    now = say("Go back, shorten it or choose a smaller file, and send it again.")
    return drawn(request, 413, "alert-circle", title, said, now)


def drawn(
    request: HttpRequest, status: int, icon: str, title: str, message: str, what_now: str, **more: str
) -> HttpResponse:
    words = {"title": title, "message": message, "what_now": what_now, "again": again(request), **more}
    words |= {"language": get_language() or HOUSE, "direction": direction(), "close": say("Close")}
    words |= {"look_again": say("Look again"), "home": say("Home")}
    words = {name: escape(said) for name, said in words.items()}
    words["icon"] = f"{address_of('icons.svg')}#{icon}"
    if request.headers.get("HX-Request") == "true":
        return in_place(HttpResponse(ALERT.substitute(words), status=status))
    words |= {"css": address_of("desk.css"), "favicon": address_of("favicon.svg")}
    words["demo"] = '<small class="demo-mark">Demo</small>' if settings.DEALDESK_ENV == "demo" else ""
    return HttpResponse(PAGE.substitute(words), status=status, headers={"Cache-Control": "no-store"})


def in_place(response: HttpResponse) -> HttpResponse:
    """Swapped into the place for trouble that every page has, whatever htmx asked for."""
    for name, value in IN_PLACE.items():
        response[name] = value
    return response


def again(request: HttpRequest) -> str:
    """The page the reader was on; of an address that makes no sense, home."""
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    try:
        return page_of(request)
    except DisallowedHost:
        return "/"


def address_of(name: str) -> str:
    try:
        return static(name)
    except ValueError:  # not in the manifest: nothing was collected
        return f"{settings.STATIC_URL}{name}"
