"""What a browser that was never here loads for the main pages, and whether anything moves while it does."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from playwright.sync_api import Browser, Response

from approvals.submit import submit
from people.models import User
from tests.brandt import make_brandt, step_of
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 150_000  # bytes over the wire, the font included
STILL = 0.02  # of the screen times its way, as browsers reckon it
WATCH = """window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(
    entry => { if (!entry.hadRecentInput) window.moved += entry.value; })).observe(
    { type: 'layout-shift', buffered: true });"""


def weight(response: Response) -> int:
    """Bytes of an answer as production sends it: files by brotli, pages by gzip, fonts as they are."""
    body, kind = response.body(), response.headers.get("content-type", "")
    if "font" in kind or response.url.endswith(".woff2"):
        return len(body)
    return len(gzip.compress(body, 6) if "text/html" in kind else brotli.compress(body))


def test_main_pages_weigh_little_and_stand_still(
    chromium: Browser, live: str, sign_in: Callable[..., None], transactional_db: None
) -> None:
    helio = make_cast()
    deal = make_brandt(helio)
    brief = "/deals/D-1284/brief/"
    found = {brief: look(chromium, live, sign_in, helio.maya, brief)}
    review = f"/reviews/{step_of(submit(deal, by=helio.maya), 'finance').pk}/"
    for address in ("/", "/queue/", review):
        found[address] = look(chromium, live, sign_in, helio.henrik, address)
    assert {address: bytes_ for address, (bytes_, _) in found.items() if bytes_ > MOST} == {}
    assert {address: moved for address, (_, moved) in found.items() if max(moved) > STILL} == {}


def look(
    chromium: Browser, live: str, sign_in: Callable[..., None], user: User, address: str
) -> tuple[int, list[float]]:
    """Bytes loaded by a cold browser; how far things moved on the first look and on a refresh."""
    context = chromium.new_context(base_url=live, viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    sign_in(page, user)
    loaded: list[Response] = []
    page.on("response", lambda response: loaded.append(response))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    bytes_, moved = sum(map(weight, list(loaded))), [page.evaluate("window.moved")]
    page.reload()
    page.wait_for_load_state("networkidle")
    moved.append(page.evaluate("window.moved"))
    context.close()
    return bytes_, moved
