"""Every page of the demo says that it is one; no page of a company's own does."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

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
    drawn_without_a_request = ("500.html", "400.html", "403_csrf.html")
    assert [name for name in drawn_without_a_request if MARK not in render_to_string(name)] == []


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
    assert "demo-mark" not in render_to_string("500.html")
