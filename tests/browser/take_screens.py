"""Pictures of every page of PAGES, in both themes and widths, of the whole demo; `make screens` runs it.

No test: it never fails on what it sees, and no suite collects it."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from desk.demo.world import PAST, make_world
from people.models import User
from tests.browser.test_every_page import DESKTOP, PAGES, PARTS, PHONE, places

SIGNED_OUT = "nobody"
SHOWN = {  # in README and docs/tour.md, as docs/images has them
    "maya-home": "home",
    "maya-deals-d-1284-brief": "brief",
    "maya-deals-d-1284": "deal",
    "maya-deals-d-1284-offers": "offers",
    "henrik-home": "reviewer",
    "henrik-review": "review",
    "marcus-queue": "queue",
    "ines-policy": "policy",
    "maya-deals-d-1284-record": "record",
}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SignIn = Callable[[Page, User], None]


def name_of(address: str) -> str:
    """The address as part of a file's name: "/deals/D-1284/brief/" is "deals-d-1284-brief"."""
    return re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "home"


def take(page: Page, folder: Path, name: str) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=folder / f"{name}-{theme}-{size['width']}.png", full_page=True)
            if name in SHOWN and (theme, size) == ("light", DESKTOP):
                page.screenshot(path=folder / "docs" / f"{SHOWN[name]}.png")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", PARTS, ids="-".join)
def test_take_pictures(chromium: Browser, live: str, sign_in: SignIn, part: tuple[str, ...]) -> None:
    folder = Path(os.environ["SCREENS"])
    make_world(past=int(os.environ.get("SCREENS_PAST", PAST)))
    known = places()
    for who in part:
        context = chromium.new_context(base_url=live, reduced_motion="reduce")
        page = context.new_page()
        if who:
            sign_in(page, User.objects.get(email=f"{who}@helio.example"))
        for address in PAGES[who]:
            page.goto(known.get(address, address))
            page.wait_for_load_state("networkidle")
            take(page, folder, f"{who or SIGNED_OUT}-{name_of(address)}")
        context.close()
