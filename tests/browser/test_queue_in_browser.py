"""The queue by keyboard: filtered, kept under a name, taken along as a file, and refreshed while read."""

import re

import pytest
from playwright.sync_api import Page, expect

from approvals.hold import hold
from approvals.models import Request
from approvals.submit import submit
from deals.models import Deal
from tests.cast import Cast
from tests.desk.test_bulk_page import more_like_brandt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TWO_LINES = 72  # px, with the space around them
ASK_AGAIN = "document.getElementById('live').dispatchEvent(new CustomEvent('live'))"


@pytest.fixture
def asked(brandt: Deal, cast: Cast) -> list[Request]:
    deals = [brandt, more_like_brandt(cast, "D-2001")]
    return [submit(deal, by=cast.maya) for deal in deals]


def test_it_is_filtered_kept_taken_along_and_refreshed_under_the_readers_hand(
    page: Page, sign_in, asked: list[Request], cast: Cast
) -> None:
    sign_in(page, cast.ines)
    page.goto("/queue/")
    page.get_by_label("Waits for").select_option("finance")
    expect(page).to_have_url("/queue/?function=finance")
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Finance first")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="Finance first")).to_have_attribute("aria-current", "true")

    with page.expect_download() as taken:
        page.get_by_role("link", name="All 2 as CSV").click()
    lines = taken.value.path().read_text().splitlines()
    assert (len(lines), lines[0].split(",")[:2]) == (3, ["Account", "Number"])

    first = page.get_by_role("link", name="Brandt Logistik AG")
    row = page.locator(f"#r-{asked[0].pk}")
    first.focus()
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    least = page.locator("[name=least]")
    least.press_sequentially("12", delay=5)
    place = first.bounding_box()
    due = row.locator(".due")
    due.evaluate("cell => { cell.textContent = 'Long ago'; }")
    hold(asked[1], by=cast.ines, reason="The reference visit.")
    submitted = submit(more_like_brandt(cast, "D-2002"), by=cast.maya)
    page.evaluate(ASK_AGAIN)
    expect(page.get_by_text("Requests have come, gone or moved.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="in the queue")).to_be_attached()
    expect(page.locator("#n-all")).to_have_text("3 of 3")
    expect(page.locator(f"#r-{submitted.pk}")).to_have_count(0)
    expect(due).not_to_have_text("Long ago")
    expect(least).to_be_focused()
    expect(least).to_have_value("12")
    assert first.bounding_box() == place
    expect(row.get_by_role("checkbox")).to_be_checked()

    page.get_by_role("link", name="Show them").click()
    expect(page.locator(f"#r-{submitted.pk}")).to_be_visible()
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("Requests have come, gone or moved.")).to_be_hidden()
    first.focus()
    page.keyboard.press("j")
    expect(first).not_to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/deals/D-1284/$"))


def test_on_the_phone_a_row_is_two_lines_high(page: Page, sign_in, asked: list[Request], cast: Cast) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, cast.marcus)
    page.goto("/queue/")
    rows = page.locator("tr.hit")
    expect(rows).to_have_count(2)
    places = [row.bounding_box() for row in rows.all()]
    assert [place["height"] for place in places if place and place["height"] > TWO_LINES] == []
    assert all(places)
    page.get_by_role("link", name="Value").click()
    expect(page).to_have_url(re.compile("sort=-?value"))
