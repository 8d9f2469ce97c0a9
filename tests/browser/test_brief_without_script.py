import re

import pytest
from playwright.sync_api import Browser, Page, expect

from approvals.models import Request
from deals.models import Deal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(chromium: Browser, live: str):
    context = chromium.new_context(base_url=live, java_script_enabled=False)
    yield context.new_page()
    context.close()


def field(page: Page, name: str):
    return page.locator(f"[name='{name}']")


def test_from_a_new_brief_to_asked_without_any_script(plain, sign_in, brandt, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = plain
    sign_in(page, cast.maya)
    page.goto("/deals/new/")
    field(page, "account").fill("Brandt Logistik AG")
    field(page, "title").fill("Second site")
    page.get_by_role("button", name="Begin the brief").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second site")

    field(page, "objective").fill("The second site, live in May")
    page.get_by_role("button", name="Paste a table").click()
    page.get_by_label("The table").fill(
        "Produkt;Menge;Rabatt\nSite conector;3;10,5\nControl Platform;1.200;8"
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Nearest: Site connector")).to_be_visible()
    field(page, "row-1").select_option("site-connector")
    page.get_by_role("button", name="Write them into the brief").click()
    expect(field(page, "objective")).to_have_value("The second site, live in May")
    page.get_by_role("button", name="Move Control Platform up").click()
    expect(page.locator("#lines tbody th b").first).to_have_text("Control Platform")

    values = {"payment_days": 30, "term_months": 36, "price_rise": 3, "weeks_to_live": 16, "custom_days": 5}
    for key, value in values.items():
        for end in ("target", "walk_away"):
            field(page, f"terms-{key}-{end}").fill(str(value))
    for end in ("target", "walk_away"):
        field(page, f"terms-invoices_per_year-{end}").select_option("1")
    page.locator("[form='attach-here'][type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Two halls."}
    )
    page.get_by_role("button", name="Save the brief").click()
    expect(page.locator("#rail")).to_contain_text("Who must agree")
    page.get_by_role("button", name="Ask for the mandate").click()

    expect(page).to_have_url(re.compile(r"/deals/D-\d+/$"))
    deal = Deal.objects.latest("pk")
    assert [line.quantity for line in deal.lines.all()] == [1200, 3]
    assert Request.objects.get(deal=deal).revision.number == 1
