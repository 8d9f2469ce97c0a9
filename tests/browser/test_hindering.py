from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.hindering import hindrances

pytestmark = pytest.mark.browser
TEXT = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1>{}</main>"
PAGES = {
    "/good": TEXT.format("<p>Words."),
    "/nameless": TEXT.format("<img src=data:,>"),
    "/wide": TEXT.format("<p style='width: 500px'>Words."),
    "/backwards": TEXT.format(
        "<div style='display: flex; flex-direction: row-reverse'>"
        "<button>First</button><button>Second</button></div>"
    ),
    "/leaving": TEXT.format(
        "<script>axe = {run: () => { location = '/nameless'; return new Promise(() => {}) }}</script>"
    ),
}


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    def answer(route: Route) -> None:
        route.fulfill(
            body=PAGES[route.request.url.removeprefix("http://pages.test")], content_type="text/html"
        )

    page = chromium.new_page(base_url="http://pages.test", viewport={"width": 800, "height": 600})
    page.route("**/*", answer)
    yield page
    page.close()


def test_a_page_that_hinders_nobody_has_no_hindrances(tab: Page) -> None:
    tab.goto("/good")
    assert hindrances(tab, 390, 800) == []


def test_what_hinders_is_said_with_the_page_and_the_width(tab: Page) -> None:
    tab.goto("/nameless")
    (one,) = hindrances(tab)
    assert one.startswith("http://pages.test/nameless: image-alt, ")
    tab.goto("/wide")
    (one,) = hindrances(tab, 390, 800)
    assert one.startswith("390 px: http://pages.test/wide: 1")
    assert one.endswith(" px too wide")
    assert tab.viewport_size == {"width": 800, "height": 600}


def test_a_focus_that_goes_against_the_reading_order_is_said(tab: Page) -> None:
    tab.goto("/backwards")
    assert hindrances(tab) == ["http://pages.test/backwards: Tab leads back from First to Second"]


def test_a_page_that_leaves_under_the_question_is_asked_where_it_arrives(tab: Page) -> None:
    tab.goto("/leaving")
    (one,) = hindrances(tab)
    assert one.startswith("http://pages.test/nameless: image-alt, ")
