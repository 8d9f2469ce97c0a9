from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.brandt import grant_brandt
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFERS = "/deals/D-1284/offers/"
LONG = "x" * 200


def test_a_price_typed_for_one_line_is_the_price_that_is_checked(page: Page, sign_in, brandt, cast: Cast):
    grant_brandt(brandt, cast)
    sign_in(page, cast.maya)
    page.goto(OFFERS)
    page.get_by_text("Set lines one by one").click()

    page.locator("[name='line_line-1']").fill("40")

    expect(page.locator("[name=lines]")).to_have_value("single")
    expect(page.locator("#answer")).to_contain_text("Outside. Do not promise this.")


def test_a_long_title_stays_on_a_narrow_page(page: Page, sign_in, brandt, cast: Cast):
    brandt.title, brandt.wanted_signature = LONG, date(2026, 12, 23)
    brandt.save(update_fields=["title", "wanted_signature"])
    sign_in(page, cast.maya)
    page.set_viewport_size({"width": 390, "height": 844})

    for address in ("/", "/deals/", "/deals/D-1284/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
