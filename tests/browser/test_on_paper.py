"""The brief, the review and the record, printed by the browser: what was read, nothing to press."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Mandate
from approvals.submit import submit
from people.models import User
from tests.brandt import ask_offer_5, step_of
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRESSED = "nav.side, header.top, nav.tabs, .decide, .btn, .skip, .filters"
INK = "getComputedStyle(document.querySelector('h1')).color + getComputedStyle(document.body).colorScheme"
CUT = """[...document.querySelectorAll('main *')].filter(each => each.checkVisibility()
    && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"""
STYLE = """([place, part, name]) =>
    getComputedStyle(document.querySelector(place), part).getPropertyValue(name)"""


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type /Page\b", page.pdf(format="A4")))


def on_paper(page: Page) -> None:
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(PRESSED).filter(visible=True).count() == 0
    assert page.evaluate(INK) == "rgb(0, 0, 0)light"
    assert page.evaluate(CUT) == 0


def test_a_deal_is_printed_black_on_white_without_anything_to_press(
    page: Page, sign_in: Callable[[Page, User], None], granted: Mandate, cast: Cast
) -> None:
    ask_offer_5(granted.deal, cast)
    step = step_of(submit(granted.deal, by=cast.maya), "finance")
    sign_in(page, cast.henrik)
    for address in ("/deals/D-1284/brief/", f"/reviews/{step.pk}/", "/deals/D-1284/record/"):
        page.goto(address)
        on_paper(page)
    assert page.evaluate(STYLE, ["thead", "", "display"]) == "table-header-group"
    assert page.evaluate(STYLE, [".log a.link", "::after", "content"]) == '" /deals/D-1284/approvals/"'
    assert sheets(page) == 2
