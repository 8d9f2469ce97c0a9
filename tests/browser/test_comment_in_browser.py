"""Somebody is named by a few letters, on the desktop and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deals.models import Deal, Mention
from people.models import User
from tests.brandt import make_brandt
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/deals/D-1284/comments/"
SHOWN = "tab => { const own = tab.getBoundingClientRect(); return own.left >= 0 && own.right <= innerWidth }"


def test_a_few_letters_name_somebody(page: Page, sign_in: Callable[[Page, User], None]) -> None:
    cast = make_cast()
    deal: Deal = make_brandt(cast)
    sign_in(page, cast.maya)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(PAGE)
    current = page.locator(".tabs [aria-current]")
    expect(current).to_have_text("Comments")
    assert current.evaluate(SHOWN)

    text = page.get_by_label("Comment", exact=True)
    text.press_sequentially("Fine? @mar")
    found = page.get_by_role("option")
    expect(found).to_have_text(["Marcus BellSales Leader"])
    expect(text).to_have_attribute("aria-activedescendant", "found-0")
    text.press("Enter")
    expect(text).to_have_value("Fine? @Marcus Bell ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    text.press_sequentially("@zz")
    expect(page.get_by_role("listbox")).to_be_hidden()
    text.fill("Fine? @Marcus Bell ")
    page.get_by_role("button", name="Comment").click()

    expect(page.locator("#c1 .at")).to_have_text("@Marcus Bell")
    assert page.url.endswith("?page=1#c1")
    assert Mention.objects.get(wording__comment__deal=deal).user == cast.marcus
