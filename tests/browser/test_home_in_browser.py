"""A home page that stays open says what changed, and moves nothing under the reader's eyes."""

import pytest
from playwright.sync_api import Page, expect

from approvals.submit import submit
from deals.models import Deal
from tests.cast import Cast
from tests.desk.test_bulk_page import more_like_brandt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASK_AGAIN = "document.getElementById('live').dispatchEvent(new CustomEvent('live'))"


def test_home_says_what_changed_and_waits_until_it_is_asked(
    page: Page, sign_in, brandt: Deal, cast: Cast
) -> None:
    submit(brandt, by=cast.maya)
    sign_in(page, cast.henrik)
    page.goto("/")
    rows = page.locator("tr.hit")
    expect(rows).to_have_count(1)
    first = rows.get_by_role("link", name="Brandt Logistik AG")
    first.focus()
    place = first.bounding_box()

    submit(more_like_brandt(cast, "D-2001"), by=cast.maya)
    page.evaluate(ASK_AGAIN)
    expect(page.locator("#live-said")).to_contain_text("Something has come, gone or moved here. ")
    expect(page.locator("#live-said")).to_contain_text("With me: 2 worth")
    expect(page.locator("#nav-reviews")).to_have_text("2")
    expect(page.locator("#figures")).to_contain_text("2 worth")
    expect(rows).to_have_count(1)
    expect(first).to_be_focused()
    assert first.bounding_box() == place

    page.get_by_role("link", name="Show it").click()
    expect(rows).to_have_count(2)
    expect(page.get_by_role("link", name="Show it")).to_be_hidden()
