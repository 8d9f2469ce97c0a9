"""The queue by keyboard: filtered, kept under a name, taken along as a file, and refreshed while read."""

import pytest
from playwright.sync_api import Page, expect

from approvals.hold import hold
from approvals.models import Request
from approvals.submit import submit
from deals.models import Deal
from tests.cast import Cast
from tests.desk.test_bulk_page import more_like_brandt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
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
    hold(asked[1], by=cast.ines, reason="The reference visit.")
    submitted = submit(more_like_brandt(cast, "D-2002"), by=cast.maya)
    page.evaluate(ASK_AGAIN)
    expect(page.get_by_text("Requests have come, gone or moved.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="in the queue")).to_be_attached()
    expect(page.locator("#n-all")).to_have_text("3")
    expect(page.locator(f"#r-{submitted.pk}")).to_have_count(0)
    expect(first).to_be_focused()
    expect(row.get_by_role("checkbox")).to_be_checked()

    page.get_by_role("link", name="Show them").click()
    expect(page.locator(f"#r-{submitted.pk}")).to_be_visible()
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("Requests have come, gone or moved.")).to_be_hidden()
    first.focus()
    page.keyboard.press("j")
    expect(first).not_to_be_focused()
