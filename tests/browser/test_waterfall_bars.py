"""Bars of a waterfall keep a third of its width, however long the names of its steps are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from approvals.models import Mandate, Step
from approvals.submit import submit
from people.models import User
from tests.brandt import ask_offer_5
from tests.cast import Cast
from tests.desk.offering import offer_five

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
SHARES = """[...document.querySelectorAll("table.wf")].map(table =>
    table.querySelector("tbody svg").getBoundingClientRect().width / table.getBoundingClientRect().width)"""


@pytest.mark.parametrize("width", [390, 768, 1280, 1440])
def test_bars_keep_a_third_of_every_waterfall(
    chromium: Browser, live: str, sign_in: SignIn, granted: Mandate, cast: Cast, width: int
) -> None:
    offer_five(granted, cast)
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    step = Step.objects.get(request=request, function="finance")
    page = chromium.new_context(base_url=live, viewport={"width": width, "height": 900}).new_page()
    sign_in(page, cast.henrik)
    shares = {}
    for address in (f"/reviews/{step.pk}/", "/deals/D-1284/", "/deals/D-1284/economics/"):
        page.goto(address)
        shares[address] = [round(share, 3) for share in page.evaluate(SHARES)]
    page.context.close()
    assert [len(found) for found in shares.values()] == [1, 1, 2]
    assert all(share >= 0.333 for found in shares.values() for share in found), shares
