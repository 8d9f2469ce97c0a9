"""The frame under a person's hands: search by keys, the list of keys, the theme, and from right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from people.models import User
from tests.cast import Cast, make_cast
from tests.desk.making import make_deal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
# words that do not begin at the right, and drawings that are turned round with them
TURNED = """() => {
    const wrong = one => one.matches('svg') ? getComputedStyle(one).direction !== 'ltr'
        : !['right', 'center'].includes(getComputedStyle(one).textAlign);
    return [...document.querySelectorAll('h1, h2, main p, main dt, main svg:not(.i)')]
        .filter(one => one.checkVisibility() && wrong(one)).map(one => one.outerHTML.slice(0, 80));
}"""
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    cast = make_cast()
    make_deal(cast.maya, "Brandt Logistik", "D-1284")
    make_deal(cast.maya, "Brandl Maschinen", "D-1290")
    return cast


def test_a_deal_is_found_and_opened_with_the_keyboard_alone(
    page: Page, live: str, helio: Cast, sign_in: SignIn
) -> None:
    sign_in(page, helio.maya)
    page.goto("/glossary/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    expect(keys).to_contain_text("Search deals by number, title or account, people, pages and words")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    name = "Search deals by number, title or account, people, pages and words"
    field = page.get_by_role("searchbox", name=name)
    expect(field).to_be_focused()
    field.press_sequentially("brandt")
    deal = page.locator("#suggestions").get_by_role("link", name="D-1284 Brandt Logistik")
    expect(deal).to_be_visible()
    expect(page.locator("#suggestions")).not_to_contain_text("Brandl")
    page.keyboard.press("ArrowDown")
    expect(deal).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(deal).to_have_count(0)
    field.fill("D-1290")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live}/deals/D-1290/")


def test_a_theme_shows_at_once_and_the_frame_turns_round_with_the_locale(
    page: Page, live: str, helio: Cast, sign_in: SignIn
) -> None:
    sign_in(page, helio.maya)
    page.goto("/profile/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_text("Dark", exact=True).click()
    assert page.evaluate(ground) != light
    page.get_by_label("Numbers and dates").select_option("ar")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for address in ("/profile/", "/deals/D-1284/", "/deals/D-1284/brief/", "/search/?q=brandt"):
            page.goto(address)
            expect(page.locator("html")).to_have_attribute("dir", "rtl")
            assert page.evaluate(WIDER) == 0, f"{address} at {width}"
            assert page.evaluate(TURNED) == [], f"{address} at {width}"
    page.get_by_role("button", name="Menu").click()
    bar = page.get_by_role("navigation", name="Main").bounding_box()
    assert bar is not None
    assert bar["x"] + bar["width"] == 390
    page.set_viewport_size({"width": 1440, "height": 844})
    page.goto("/profile/")
    bar = page.get_by_role("navigation", name="Main").bounding_box()
    assert bar is not None
    assert bar["x"] + bar["width"] == 1440
