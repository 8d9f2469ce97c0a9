"""Every page of the demo, as each role meets it: nothing hinders hand or eye, nothing is too wide."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from approvals.bulk import Order, begin
from approvals.links import PATH
from approvals.models import Bulk, Step
from desk.demo.world import make_world
from ledger.follow import catch_up
from people.models import User
from tests.answering import tokens_of
from tests.browser.hindering import hindrances

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
Theme = Literal["light", "dark"]
LOOKS: tuple[tuple[Theme, int, int], ...] = (("light", 1440, 900), ("dark", 390, 844))
DESK = ("/queue/", "/queue/bulk/?verb=reassign&all=1", "bulk", "intervene", "/insights/overrides/")
PAGES = {
    "": ("/accounts/login/",),
    "maya": (
        "/",
        "/deals/",
        "/deals/new/",
        "/deals/new/from/",
        "/deals/D-1284/",
        "/deals/D-1284/brief/",
        "/deals/D-1284/exceptions/",
        "/deals/D-1284/offers/",
        "/deals/D-1284/economics/",
        "/deals/D-1284/approvals/",
        "/deals/D-1284/decisions/",
        "/deals/D-1284/record/",
        "/deals/D-1284/concerns/",
        "/deals/D-1284/files/",
        "/deals/D-1284/comments/",
        "/deals/D-1284/people/",
        "/concerns/",
        "/deals/D-1301/brief/",
        "/deals/D-1301/brief/lines/",
        "/glossary/",
        "/nothing/",
    ),
    "henrik": (
        "/away/",
        "/away/people/",
        "/",
        "/reviews/",
        "review",
        "answer",
        "/deals/D-1284/economics/?show=target",
        "/notices/",
        "/profile/notifications/",
    ),
    "marcus": ("/", "/queue/", "/insights/leakage/"),
    "ines": (
        "/",
        "/policy/",
        "/rates/",
        "/calendars/",
        "/calendars/finance/",
        "/calendars/recompute/",
        "/policy/quarter-end/",
        "/exceptions/",
        "/imports/",
        "/deals/past/",
        "/operations/",
        *DESK,
    ),
}


def problems(page: Page, address: str) -> list[str]:
    page.goto(address)
    return hindrances(page)


def begin_bulk(step: Step) -> Bulk:
    order = Order(Bulk.Verb.EXTEND, "Month end.", minutes=60)
    return begin({step.pk: step.terms_hash}, by=User.objects.get(email="ines@helio.example"), order=order)


@pytest.mark.parametrize(("theme", "width", "height"), LOOKS)
def test_no_page_hinders_anyone(
    chromium: Browser, live: str, sign_in: SignIn, theme: Theme, width: int, height: int
) -> None:
    make_world(past=0)
    catch_up()
    step = Step.objects.get(deal__number="D-1284", status=Step.Status.OPEN)
    places = {"review": f"/reviews/{step.pk}/", "intervene": f"/reviews/{step.pk}/intervene/"}
    places["bulk"] = f"/queue/bulk/{begin_bulk(step).pk}/"
    places["answer"] = PATH.format(token=tokens_of("D-1284")[0])
    found: list[str] = []
    for who, addresses in PAGES.items():
        context = chromium.new_context(
            base_url=live, viewport={"width": width, "height": height}, color_scheme=theme
        )
        page = context.new_page()
        if who:
            sign_in(page, User.objects.get(email=f"{who}@helio.example"))
        for address in addresses:
            found += problems(page, places.get(address, address))
        context.close()
    assert found == []
