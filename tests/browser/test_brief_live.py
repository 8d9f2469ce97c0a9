import re

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Request
from base import clock
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, PriorityChange
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share
from tests.browser.hindering import hindrances

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BRIEF = "/deals/D-1284/brief/"
SPACE = "\N{NO-BREAK SPACE}"


def opened(page: Page, sign_in, user) -> None:
    sign_in(page, user)
    page.goto(BRIEF)


def field(page: Page, name: str):
    return page.locator(f"[name='{name}']")


def said(page: Page, name: str):
    return page.locator(f"[id='id_{name}_error']")


def test_the_rail_follows_while_one_types_and_the_field_is_left_alone(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)
    payment = field(page, "terms-payment_days-walk_away")

    payment.focus()
    payment.evaluate("field => { field.same = true }")
    payment.press("Control+a")
    payment.press_sequentially("45", delay=30)

    expect(page.locator("#who-payment_days")).to_have_text("Finance Manager")
    expect(page.locator("[data-saved=brief]")).to_contain_text("Saved ")
    expect(payment).to_be_focused()
    assert payment.evaluate("field => field.same") is True
    walk_away = field(page, "lines-0-walk_away")
    walk_away.fill("20,5")
    expect(page.locator("#lines-0-net")).to_contain_text("€1,151,955")
    expect(page.locator("#mistakes")).to_be_empty()
    assert Deal.objects.get().lines.get(key="line-1").walk_away == 20.5


def test_a_mistake_is_said_at_its_field_until_it_is_mended(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)
    walk_away = field(page, "lines-0-walk_away")

    walk_away.fill("12")

    expect(said(page, "lines-0-walk_away")).to_have_text(f"Safer than the target of 16{SPACE}%.")
    expect(walk_away).to_have_attribute("aria-invalid", "true")
    expect(walk_away).to_have_value("12")
    expect(page.locator("#rail")).to_contain_text("Not saved: 1 thing to mend.")
    expect(page.locator("[data-saved=brief]")).to_have_text("Not saved, mend what is marked")
    walk_away.fill("18")
    expect(said(page, "lines-0-walk_away")).to_be_empty()
    expect(walk_away).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#rail")).not_to_contain_text("Not saved")


def test_one_press_uses_what_headroom_suggests(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)

    page.get_by_role("button", name="Use both").first.click()

    expect(field(page, "terms-payment_days-walk_away")).to_have_value("45")
    expect(field(page, "lines-0-walk_away")).not_to_have_value("24.5")
    expect(page.locator("#total-net")).to_contain_text("€1,759,680")
    expect(page.locator("#toasts")).to_contain_text("The walk-away is now at discount")
    expect(page.locator("#rail")).to_contain_text("Lena Vogt or Priya Raman, Finance Manager")


def test_a_line_is_added_priced_and_removed(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)

    page.get_by_role("button", name="Add line").click()
    product = field(page, "lines-4-product")
    expect(product).to_be_focused()
    product.select_option("implementation")

    expect(page.locator("#lines-4-list")).to_contain_text("€1,450.00")
    expect(field(page, "lines-4-key")).to_have_value("implementation")
    field(page, "lines-4-quantity").fill("10")
    expect(page.locator("#lines-4-net")).to_contain_text("€14,500")
    page.get_by_role("button", name="Remove Site connector").click()
    expect(page.locator("#lines tbody tr")).to_have_count(5)
    expect(page.locator("#mistakes")).to_be_empty()
    assert [line.key for line in Deal.objects.get().lines.all()] == [
        "line-1",
        "line-3",
        "line-4",
        "implementation",
    ]


def test_asking_right_after_typing_sends_what_was_typed(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)

    field(page, "terms-custom_days-walk_away").fill("19")
    page.get_by_role("button", name="Ask for the mandate").click()

    expect(page).to_have_url(re.compile(r"/deals/D-1284/$"))
    expect(page.locator("#toasts")).to_contain_text("Revision 1 is sent. Henrik Sørensen answers by")
    assert Request.objects.get().revision.ask.walk_away.values["custom_days"] == 19


def test_what_stops_the_ask_gets_the_focus(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)

    field(page, "clauses-exit-walk_away").select_option("fallback-2")
    page.get_by_role("button", name="Ask for the mandate").click()

    expect(said(page, "clauses-exit-walk_away")).to_contain_text("is never granted")
    expect(field(page, "clauses-exit-walk_away")).to_be_focused()
    page.get_by_role("button", name="Use Month 18").click()
    expect(field(page, "clauses-exit-walk_away")).to_have_value("fallback-1")
    assert not Request.objects.exists()


def test_two_tabs_end_in_one_version(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)
    other = DraftChanges(title="Theirs", objective="Their objective")
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=other)

    field(page, "title").fill("Mine")

    expect(page.locator("#sheet [role=alert]")).to_contain_text("Your own other tab saved this brief")
    expect(page.locator("#sheet")).to_contain_text("Taken as it was saved")
    expect(page.locator("[name='keep-objective']")).to_have_count(0)
    page.locator("[name='keep-title'][value=mine]").check()
    page.get_by_role("button", name="Save what I chose").click()
    expect(field(page, "title")).to_have_value("Mine")
    expect(field(page, "objective")).to_have_value("Their objective")


def test_two_people_at_once_lose_nothing_though_one_is_on_the_phone(
    page, chromium, live, sign_in, brandt, cast
):
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    opened(page, sign_in, cast.arjun)
    phone = chromium.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    hers = phone.new_page()
    opened(hers, sign_in, cast.maya)
    field(page, "title").fill("By Arjun")
    field(page, "objective").fill("What Arjun wants")
    expect(page.locator("[data-saved=brief]")).to_contain_text("Saved ")

    field(hers, "title").fill("By Maya")
    sheet = hers.locator("#sheet")
    expect(sheet.locator("[role=alert]")).to_contain_text("Arjun Mehta saved this brief")
    assert hindrances(hers) == []
    expect(hers.locator("[name='keep-objective']")).to_have_count(0)
    expect(sheet).to_contain_text("By Arjun")
    hers.locator("[name='keep-title'][value=mine]").check()
    hers.get_by_role("button", name="Save what I chose").click()
    expect(field(hers, "title")).to_have_value("By Maya")
    expect(field(hers, "objective")).to_have_value("What Arjun wants")

    field(page, "objective").fill("More than that")
    expect(page.locator("#sheet [role=alert]")).to_contain_text("Title: By Maya (Maya Okafor, ")
    expect(field(page, "title")).to_have_value("By Maya")
    expect(field(page, "objective")).to_have_value("More than that")
    phone.close()


def test_own_wording_asks_for_its_words(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)
    wording = field(page, "clauses-data-own_text")
    expect(wording).to_be_hidden()

    field(page, "clauses-data-walk_away").select_option("own-wording")

    expect(wording).to_be_visible()
    expect(page.locator("#who-clauses-data")).to_contain_text("General Counsel")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_brief_hinders_nobody(page, sign_in, brandt, cast, theme, width):
    save_draft(
        brandt,
        by=cast.maya,
        version=brandt.version,
        changes=DraftChanges(
            clauses=(ClauseChange("exit", "standard", "fallback-2"),),
            priorities=(PriorityChange("Live before peak season", True, "Katrin Brandt, COO"),),
            exchanges=(ExchangeChange("Payment 60 days", get="Reference visit"), ExchangeChange("Discount")),
        ),
    )
    cast.maya.theme = theme
    cast.maya.save()
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, sign_in, cast.maya)
    field(page, "lines-0-walk_away").fill("12")
    expect(page.locator("#rail")).to_contain_text("Not saved")

    assert hindrances(page) == []
    field(page, "lines-0-walk_away").fill("24.5")
    expect(page.locator("#rail")).not_to_contain_text("Not saved")


def test_a_suggestion_pressed_right_after_typing_is_used(page, sign_in, brandt, cast):
    opened(page, sign_in, cast.maya)

    field(page, "objective").fill("Live before peak season")
    page.get_by_role("button", name="Use both").first.click()

    expect(field(page, "terms-payment_days-walk_away")).to_have_value("45")
    expect(field(page, "objective")).to_have_value("Live before peak season")
