"""A new revision keeps whose limits it does not touch, and says whose decision that was, and when."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Decision, Mandate, Request, Step
from people.models import User
from tests.brandt import OFFER_5, grant_brandt, make_brandt, rule, step_of
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
ROOM = "/deals/D-1284/"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


def ask_deeper(page: Page) -> None:
    """The same brief with deeper discounts, sent again."""
    page.goto(f"{ROOM}brief/")
    for place, discount in enumerate(OFFER_5):
        field = page.locator("#lines tbody tr").nth(place).locator("[name$=walk_away]")
        field.fill(discount)
        field.blur()
    expect(page.locator("#brief")).to_contain_text("€1,704,690")
    page.get_by_role("button", name="Ask for the mandate").click()
    expect(page.locator("main")).to_contain_text("Revision 2 in review")


def test_revision_2_keeps_legal_and_names_whose_decision_when_and_on_which_terms(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    first = grant_brandt(make_brandt(helio), helio)
    decision = Decision.objects.get(function="legal")

    sign_in(page, helio.maya)
    ask_deeper(page)

    second = Request.objects.open().get()
    assert second.revision.number == 2
    assert step_of(second, "legal").kept_from == decision
    for address in (ROOM, f"{ROOM}approvals/"):
        page.goto(address)
        legal = page.locator("ul.lanes").first.locator("> li", has_text="Legal")
        expect(legal).to_contain_text("Kept from revision 1.")
        expect(legal).to_contain_text(
            re.compile(r"Tomás Rivera agreed, (today )?\d\d:\d\d\. Its limits are not")
        )
    expect(page.locator(f".hash[title='{decision.seen}']").first).to_be_attached()

    sign_in(page, helio.tomas)
    page.goto("/reviews/")
    expect(page.locator("main")).not_to_contain_text("Brandt")

    assert step_of(second, "finance").status == Step.Status.OPEN
    rule(step_of(second, "finance"), helio.henrik)
    mandate = Mandate.objects.standing().get()
    assert (mandate.request, mandate.expires_at <= first.expires_at) == (second, True)
    assert Decision.objects.filter(function="legal").count() == 1
