"""What the brief saves by itself: only what was typed, also where the network is slow and the hand is not."""

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Request, expect

from base import clock
from deals.changes import DraftChanges
from deals.edit import save_draft
from deals.models import Deal
from tests.browser.hindering import hindrances

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BRIEF = "/deals/D-1284/brief/"
LATENCY = 500  # milliseconds


def slowly_opened(page: Page, sign_in, user) -> None:
    sign_in(page, user)
    page.goto(BRIEF)
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def test_a_save_while_the_focus_is_on_a_button_does_not_press_it(page, sign_in, brandt, cast):
    slowly_opened(page, sign_in, cast.maya)
    sent: list[Request] = []
    page.on("request", lambda each: sent.append(each))

    page.locator("[name='lines-1-target']").focus()
    for typed in ("10", "20"):
        page.keyboard.press("Control+a")
        page.keyboard.type(typed, delay=90)
        page.keyboard.press("Tab")

    expect(page.locator("#lines-1-up")).to_be_focused()
    page.wait_for_timeout(3 * LATENCY)
    expect(page.locator("[data-saved=brief]")).to_contain_text("Saved ")
    posted = [each.url for each in sent if each.method == "POST"]
    assert posted and all(address.endswith(BRIEF) for address in posted)
    expect(page.locator("#lines")).to_have_count(1)
    lines = list(Deal.objects.get().lines.all())
    assert [line.key for line in lines] == ["line-1", "line-2", "line-3", "line-4"]
    assert (lines[1].target, lines[1].walk_away) == (10, 20)


def test_the_bar_of_what_is_under_way_goes_when_a_row_was_added(page, sign_in, brandt, cast):
    slowly_opened(page, sign_in, cast.maya)

    page.get_by_role("button", name="Add line").click()

    expect(page.locator("html[data-waiting]")).to_have_count(1)
    expect(page.locator("[name='lines-4-product']")).to_be_focused()
    expect(page.locator("html[data-waiting]")).to_have_count(0)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_time_of_saving_is_by_the_readers_clock(page, sign_in, brandt, cast, zone):
    type(cast.maya).objects.filter(pk=cast.maya.pk).update(timezone=zone)
    sign_in(page, cast.maya)
    page.goto(BRIEF)

    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name='title']").fill("Another title")

    hour = clock.now().astimezone(ZoneInfo(zone)).strftime("%H:")
    expect(page.locator("[data-saved=brief]")).to_contain_text(f"Saved {hour}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_stands_around_the_brief_hinders_nobody(page, sign_in, brandt, cast, theme):
    cast.maya.theme = theme
    cast.maya.save()
    sign_in(page, cast.maya)
    for address in ("/deals/new/", f"{BRIEF}lines/"):
        page.goto(address)
        assert hindrances(page, 390, 1440) == []
    page.fill("[name=table]", "Premium support\t1\t0\t5\nImplementation\t10\t0\t10")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name="Write them into the brief").click()
    expect(page.locator("#move-line")).to_be_visible()
    assert hindrances(page, 390, 1440) == []
    theirs = DraftChanges(title="Theirs", objective="Their objective")
    save_draft(brandt, by=cast.maya, version=Deal.objects.get().version, changes=theirs)
    page.locator("[name=title]").fill("Mine")
    expect(page.locator("#sheet")).to_contain_text("Taken as it was saved")
    assert hindrances(page, 390, 1440) == []
