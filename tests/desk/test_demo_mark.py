"""Every page of the demo says that it is one; no page of a company's own does."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from dealdesk.bare import failed, senseless, starting, too_large
from tests.cast import Cast
from tests.test_access import World, routes, world

__all__ = ["world"]  # the fixture

pytestmark = pytest.mark.http
MARK = '<small class="demo-mark">Demo</small>'
SIGNED_OUT = ("/accounts/login/", "/accounts/password/reset/", "/nothing/", "/deals/D-1/")


def pages_of(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """The address and the text of every page that is a whole document."""
    for route in routes():
        address = reverse(route, args=world.arguments(route))
        answer = client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        if text.lstrip()[:9].lower() == b"<!doctype":
            yield address, text.decode()


def test_every_route_says_demo(settings: LazySettings, world: World, cast: Cast) -> None:
    settings.DEALDESK_ENV = "demo"
    client = Client()
    client.force_login(cast.ines)
    pages = list(pages_of(client, world))
    assert len(pages) > 12
    assert [address for address, text in pages if MARK not in text] == []


def test_so_do_the_pages_before_the_sign_in_and_those_that_say_no(settings: LazySettings, cast: Cast) -> None:
    settings.DEALDESK_ENV = "demo"
    client = Client()
    assert [address for address in SIGNED_OUT if MARK not in shown(client, address)] == []
    client.force_login(cast.elena)
    assert [address for address in SIGNED_OUT[2:] if MARK not in shown(client, address)] == []
    assert [page.status_code for page in bare_pages() if MARK not in page.content.decode()] == []


def bare_pages() -> list[HttpResponse]:
    """Those drawn without a template engine, a database or a person."""
    request = RequestFactory().get("/")
    drawn = [
        failed(request, kept=False),
        starting(request, kept=False),
        senseless(request),
        too_large(request),
    ]
    assert [page.status_code for page in drawn] == [500, 503, 400, 413]
    return drawn


def shown(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_so_does_the_administration(settings: LazySettings, cast: Cast) -> None:
    settings.DEALDESK_ENV = "demo"
    cast.ines.is_staff = cast.ines.is_superuser = True
    cast.ines.save()
    client = Client()
    client.force_login(cast.ines)
    assert MARK in shown(client, "/admin/")


def test_a_companys_own_pages_do_not(world: World, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ines)
    assert [address for address, text in pages_of(client, world) if "demo-mark" in text] == []
    assert [page.status_code for page in bare_pages() if "demo-mark" in page.content.decode()] == []
