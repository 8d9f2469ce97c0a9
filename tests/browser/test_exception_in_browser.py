"""What nobody may grant: asked for as an exception, granted for the account, found by its next deal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Mandate, Request, Step
from base import clock
from deals.models import AccountException, Deal
from people.models import User
from tests.brandt import make_brandt, rule, step_of
from tests.browser.hindering import hindrances
from tests.cast import Cast, make_cast
from tests.excepting import another_deal, ask_deep, publish_never

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
WHY = "They stay with the incumbent else."


@pytest.fixture
def deep(transactional_db: None) -> Cast:
    people = make_cast()
    deal = make_brandt(people)
    publish_never(people)
    ask_deep(deal, people)
    return people


def agree(page: Page, step: Step) -> None:
    page.goto(f"/reviews/{step.pk}/")
    expect(page.get_by_role("heading", name="An exception is asked")).to_be_visible()
    expect(page.locator("main")).to_contain_text(WHY)
    page.locator("label", has=page.locator("#d-agree")).click()
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator("body")).to_contain_text("you agreed")


def ask_in_the_form(page: Page) -> None:
    page.goto("/deals/D-1284/brief/")
    page.get_by_role("link", name="Ask Chief Executive for an exception").click()
    page.get_by_role("button", name="Ask for the exception").click()
    expect(page.locator("main")).to_contain_text("Say why this deal cannot stay within the guardrail.")
    assert hindrances(page, 1440, 390) == []
    page.get_by_label("Why").fill(WHY)
    page.get_by_label("In return for what").fill("A five-year term.")
    page.get_by_label("Lasts for").select_option("The whole account")
    page.get_by_label("Until").fill((clock.today() + timedelta(days=90)).isoformat())
    page.get_by_label("It sets a precedent").check()
    page.get_by_role("button", name="Ask for the exception").click()
    expect(page.locator("#rail")).to_contain_text("an exception is asked for it")


def test_an_exception_is_asked_granted_for_the_account_and_found_by_its_next_deal(
    page: Page, sign_in: SignIn, deep: Cast
) -> None:
    sign_in(page, deep.maya)
    page.goto("/deals/D-1284/brief/")
    page.get_by_role("button", name="Ask for the mandate").click()
    expect(page.locator("#rail")).to_contain_text("which nobody may grant")
    assert not Request.objects.exists()

    ask_in_the_form(page)
    page.get_by_role("button", name="Ask for the mandate").click()
    page.wait_for_url("**/deals/D-1284/")
    request = Request.objects.get()
    rule(step_of(request, "operations"), deep.jiwoo)
    rule(step_of(request, "legal"), deep.tomas)
    for function in ("finance", "executive"):
        step = step_of(request, function)
        sign_in(page, step.assignments.get().user)
        agree(page, step)
    assert Mandate.objects.get().request == request
    exception = AccountException.objects.get()
    assert (exception.why, exception.precedent, exception.granted_by) == (WHY, True, deep.victor)

    deal = another_deal(Deal.objects.get(number="D-1284"), deep)
    sign_in(page, deep.maya)
    page.goto(f"/deals/{deal.number}/brief/")
    expect(page.locator("#rail")).to_contain_text("an exception of the account allows up to")
    expect(page.locator("#rail")).not_to_contain_text("Victor Hale")
    page.get_by_role("link", name="See the exception").click()
    expect(page.locator("main")).to_contain_text("Granted by Victor Hale")
    page.goto(f"/deals/{deal.number}/brief/")
    page.get_by_role("button", name="Ask for the mandate").click()
    page.wait_for_url(f"**/deals/{deal.number}/")
    assert not Step.objects.filter(deal=deal, function="executive").exists()

    sign_in(page, deep.ines)
    page.goto("/exceptions/")
    assert hindrances(page, 1440, 390) == []
    page.get_by_text("Revoke", exact=True).click()
    page.get_by_label("Why").fill("The incumbent has left.")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.locator("main")).to_contain_text("Revoked")
    exception.refresh_from_db()
    assert exception.revoked_by == deep.ines
