"""What a page asked for without a connection shows: a service worker keeps it in the browser, and only it."""

from string import Template

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from base.words import say
from dealdesk import bare

WORKER = Template((bare.SOURCES / "offline.js").read_text(encoding="utf-8"))
FILES = ("desk.css", "icons.svg", "favicon.svg")


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Shown at the address that was asked for, so to look again is to ask for it anew."""
    return bare.drawn(
        request,
        200,
        "wifi-off",
        say("You are offline"),
        say("This page cannot be fetched now. Nothing has changed, and nothing you sent before is lost."),
        say("Look again when the connection is back."),
        again="",
    )


@require_safe
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    files = ", ".join(f"'{bare.address_of(name)}'" for name in FILES)
    script = WORKER.substitute(page=reverse("offline"), files=files)
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
