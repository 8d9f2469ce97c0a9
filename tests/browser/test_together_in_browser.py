"""One person, two steps of one request: one mail, one row, one screen, one press."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Decision, Mandate, Request
from approvals.submit import submit
from base import clock
from ledger.sweep import sweep
from people.models import Authority, User
from tests.brandt import make_brandt, rule, step_of
from tests.browser.hindering import BELOW, hindrances
from tests.cast import APPOINTED, Cast, make_cast
from tests.conftest import Post
from tests.notices.reading import body

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
Theme = Literal["light", "dark"]
LOOKS: tuple[tuple[Theme, int, int], ...] = (("light", 1440, 900), ("dark", 390, 844))


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    """Henrik is Finance Director, and Delivery Manager as well."""
    cast = make_cast()
    Authority.objects.create(user=cast.henrik, function="operations", level=1, since=APPOINTED)
    return cast


@pytest.fixture
def request_(helio: Cast) -> Request:
    request = submit(make_brandt(helio), by=helio.maya)
    rule(step_of(request, "legal"), helio.tomas)
    return request


def test_two_steps_are_one_mail_one_row_and_one_screen(
    page: Page, sign_in: SignIn, helio: Cast, request_: Request, smtp: Post, live: str
) -> None:
    sweep(clock.now())
    (mail,) = [mail for mail in smtp.mails if mail["To"] == helio.henrik.email]
    assert mail["Subject"] == "Brandt Logistik AG, D-1284 needs 2 decisions of yours"

    sign_in(page, helio.henrik)
    page.goto("/reviews/")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Delivery Manager")
    rows.get_by_role("link", name="Brandt Logistik AG").click()

    expect(page.get_by_role("heading", name="For Finance Director", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="For Delivery Manager", exact=True)).to_be_visible()
    assert page.url.removeprefix(live) in body(mail)
    page.get_by_text("One for each").click()
    finance = page.get_by_role("group", name="Finance Director")
    finance.get_by_label("Decision as Finance Director").select_option("Agree up to…")
    finance.get_by_label("Discount", exact=True).fill("20.0")
    expect(finance).to_contain_text("Net €1,759,680")
    page.get_by_label("Decision as Delivery Manager").select_option("Agree")
    page.get_by_role("button", name="Send decisions").click()

    expect(page.locator("main")).to_contain_text("Nothing waits for you")
    expect(page.locator("body")).to_contain_text("as Finance Director you agreed up to")
    found = Decision.objects.filter(by=helio.henrik).values_list("function", "verdict", "limits")
    assert set(found) == {("finance", "up_to", '{"discount":"20.0"}'), ("operations", "agree", "{}")}
    assert Mandate.objects.filter(request=request_).exists()


def test_everything_that_is_decided_together_is_on_one_screen(
    page: Page, sign_in: SignIn, helio: Cast, request_: Request
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, helio.henrik)
    for function in ("finance", "operations"):
        page.goto(f"/reviews/{step_of(request_, function).pk}/")
        assert page.evaluate(BELOW) == []


def test_one_that_moved_on_stops_both_and_the_other_is_a_press_away(
    page: Page, sign_in: SignIn, helio: Cast, request_: Request
) -> None:
    sign_in(page, helio.henrik)
    page.goto(f"/reviews/{step_of(request_, 'finance').pk}/")
    rule(step_of(request_, "operations"), helio.jiwoo)
    page.locator(".opts label", has_text="Agree reluctantly").click()
    page.get_by_label("Why", exact=True).fill("For the reference.")
    page.get_by_role("button", name="Send decisions").click()

    note = page.locator("main .note").first
    expect(note).to_contain_text("Delivery Manager: agreed. Your answer is not needed any more.")
    assert not Decision.objects.filter(by=helio.henrik).exists()
    expect(page.get_by_label("Why", exact=True)).to_have_value("For the reference.")
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator("main")).to_contain_text("Nothing waits for you")
    assert Mandate.objects.filter(request=request_).exists()


@pytest.mark.parametrize(("theme", "width", "height"), LOOKS)
def test_the_screen_hinders_nobody(
    page: Page, sign_in: SignIn, request_: Request, theme: Theme, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    sign_in(page, User.objects.get(email="henrik@helio.example"))
    for how in ("One answer for all 2", "One for each"):
        page.goto(f"/reviews/{step_of(request_, 'finance').pk}/")
        page.get_by_text(how).click()
        if how == "One for each":
            page.get_by_label("Decision as Finance Director").select_option("Agree up to…")
        assert hindrances(page) == []
