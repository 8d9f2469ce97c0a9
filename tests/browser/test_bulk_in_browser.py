"""The desk works on many steps at once, from the queue to the list of what was refused."""

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Step
from approvals.submit import submit
from base import clock
from deals.models import Deal
from deals.share import share
from ledger.sweep import sweep
from tests.brandt import step_of
from tests.cast import Cast
from tests.desk.test_bulk_page import more_like_brandt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "Henrik is travelling until Thursday."


@pytest.fixture
def steps(brandt: Deal, cast: Cast) -> list[Step]:
    deals = [brandt, more_like_brandt(cast, "D-2001"), more_like_brandt(cast, "D-2002")]
    share(deals[2], with_=cast.dana, role="team", by=cast.maya, at=clock.now())
    return [step_of(submit(deal, by=cast.maya), "finance") for deal in deals]


def asked(step: Step) -> list[str]:
    return [row.user.name for row in step.assignments.filter(ended_at=None).select_related("user")]


def test_three_steps_are_reassigned_one_is_refused_and_the_desk_sees_why(
    page: Page, sign_in, steps: list[Step], cast: Cast
) -> None:
    sign_in(page, cast.ines)
    page.goto("/queue/")
    page.get_by_label("Waits for").select_option("finance")
    expect(page).to_have_url("/queue/?function=finance")
    reassign = page.get_by_role("button", name="Reassign")
    expect(reassign).to_be_hidden()
    for number in ("D-1284", "D-2001", "D-2002"):
        page.get_by_role("checkbox", name=number).focus()
        page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_have_text("3 chosen")
    page.keyboard.press("c")  # clears them, and stands where the last was
    expect(reassign).to_be_hidden()
    for key in "xkxkx":
        page.keyboard.press(key)
    expect(page.get_by_role("status").get_by_text("3 chosen")).to_be_in_viewport()
    reassign.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Reassign 3 steps")
    page.get_by_label("To", exact=True).select_option("Dana Whitlock")
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Look at what would happen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Reassign 2 of 3 steps")
    refused = page.get_by_role("region", name="Would be refused")
    expect(refused).to_contain_text("Dana Whitlock is on the deal team of D-2002.")
    assert [asked(step) for step in steps] == [["Henrik Sørensen"]] * 3
    page.get_by_role("button", name="Reassign 2 steps").click()

    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    sweep(clock.now())
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_text("2 done")).to_be_visible()
    why = page.get_by_role("region", name="Refused")
    expect(why).to_contain_text("Dana Whitlock is on the deal team of D-2002.")
    assert [asked(step) for step in steps] == [["Dana Whitlock"], ["Dana Whitlock"], ["Henrik Sørensen"]]

    page.goto("/deals/D-2001/approvals/")
    expect(page.get_by_text("Ines Carvalho gave it to Dana Whitlock")).to_be_visible()


def test_all_that_match_are_taken_without_script(chromium, live: str, sign_in, steps, cast: Cast) -> None:
    context = chromium.new_context(base_url=live, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, cast.ines)
    page.goto("/queue/?function=finance")
    page.get_by_label("All 3 matching").check()
    page.get_by_role("button", name="Extend").click()
    page.get_by_label("Working hours more").fill("8")
    page.get_by_label("Why").fill("Month end.")
    page.get_by_role("button", name="Look at what would happen").click()
    page.get_by_role("button", name="Extend 3 steps").click()
    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    sweep(clock.now())
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("3 done")).to_be_visible()
    assert {step.allowance for step in Step.objects.filter(function="finance")} == {1200}
    context.close()
