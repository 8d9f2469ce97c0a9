"""The review as its reader meets it: on one screen, by keys, too late, twice, and on the phone."""

import time
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from approvals.close import close
from approvals.models import Decision, Step
from approvals.submit import submit
from deals.create import create
from deals.edit import save_draft
from deals.models import Account
from ledger.follow import catch_up
from people.models import User
from tests.brandt import ask_offer_5, brandt_draft, grant_brandt, make_brandt, step_of
from tests.browser.hindering import BELOW, hindrances
from tests.cast import Cast, make_cast
from tests.desk.test_precedents_page import another as alike

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


def another(cast: Cast) -> Step:
    """The same ask of another account, sent after Brandt's."""
    account = Account.objects.create(name="Osprey Freight", segment="Enterprise", region="DACH")
    deal = create("Yard", account, by=cast.maya, deal_type="New business", currency="EUR", number="D-1295")
    save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))
    return step_of(submit(deal, by=cast.maya), "finance")


def open_review(page: Page, step: Step) -> None:
    page.goto(f"/reviews/{step.pk}/")
    expect(page.locator("#decide")).to_be_visible()


def test_everything_that_decides_is_on_one_screen(page: Page, sign_in: SignIn, helio: Cast) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    request = submit(make_brandt(helio), by=helio.maya)
    for user, function in ((helio.henrik, "finance"), (helio.tomas, "legal"), (helio.jiwoo, "operations")):
        sign_in(page, user)
        open_review(page, step_of(request, function))
        assert page.evaluate(BELOW) == []
    again = submit(ask_offer_5(request.deal, helio), by=helio.maya)
    end_some_before(helio)
    sign_in(page, helio.henrik)
    open_review(page, step_of(again, "finance"))
    expect(page.locator(".nearest tbody tr")).to_have_count(3)
    assert page.evaluate(BELOW) == []
    assert hindrances(page) == []


@transaction.atomic
def end_some_before(helio: Cast) -> None:
    """Three deals that ended: what this transaction wrote is handed over at once."""
    for number in ("D-1401", "D-1402", "D-1403"):
        close(grant_brandt(alike(helio, number), helio).deal, by=helio.maya, reason="No budget")
    catch_up()


def test_by_keys_one_review_after_the_other_and_never_back(page: Page, sign_in: SignIn, helio: Cast) -> None:
    first = step_of(submit(make_brandt(helio), by=helio.maya), "finance")
    second = another(helio)
    sign_in(page, helio.henrik)
    open_review(page, first)
    page.keyboard.press("d")
    expect(page.get_by_label("Why", exact=True)).to_be_focused()
    page.keyboard.type("a bad deal, really")
    expect(page.locator("#d-decline")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("Osprey Freight")
    expect(page.locator(".toasts")).to_contain_text("you declined, for revision 1. It ends")
    expect(page.locator(".toasts").get_by_role("link", name="Read it again")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    page.go_back()
    expect(page.locator("main")).to_contain_text("Henrik Sørensen agreed")
    expect(page.locator("#decide")).to_have_count(0)
    page.go_back()
    expect(page.locator("main")).to_contain_text("Henrik Sørensen declined")
    expect(page.locator("#decide")).to_have_count(0)
    assert [one.step for one in Decision.objects.order_by("pk")] == [first, second]


def test_a_page_kept_by_the_browser_while_it_was_sent_is_asked_for_anew(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    sign_in(page, helio.henrik)
    open_review(page, step_of(submit(make_brandt(helio), by=helio.maya), "finance"))
    page.evaluate("window.kept = true; document.querySelector('form.decide').dataset.sent = '1'")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.wait_for_function("!window.kept")
    expect(page.locator("form[data-sent]")).to_have_count(0)


def test_a_stale_tab_keeps_the_words_and_two_clicks_send_once(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    deal = make_brandt(helio)
    step = step_of(submit(deal, by=helio.maya), "finance")
    sign_in(page, helio.henrik)
    open_review(page, step)
    newer = step_of(submit(ask_offer_5(deal, helio), by=helio.maya), "finance")
    page.keyboard.press("r")
    page.keyboard.type("For the reference.")
    page.keyboard.press("Enter")

    note = page.locator("main .note")
    expect(note).to_contain_text("Revision 2 has taken the place of revision 1")
    expect(note).to_contain_text(f"22.5{SPACE}%")
    expect(page.get_by_label("Why", exact=True)).to_have_value("For the reference.")
    assert not Decision.objects.exists()

    sent: list[str] = []

    def slowly(route: Route) -> None:
        sent.append(route.request.url)
        time.sleep(0.5)
        route.continue_()

    other = page.context.new_page()
    open_review(other, newer)
    page.route(f"**/reviews/{newer.pk}/", slowly)
    page.get_by_role("button", name="Send decision").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    assert len(sent) == 1

    other.get_by_text("Decline").click()
    other.get_by_label("Why", exact=True).fill("On second thoughts.")
    other.keyboard.press("Enter")
    expect(other.locator("main .note")).to_contain_text("You have decided this already.")
    expect(other.get_by_label("Why", exact=True)).to_have_value("On second thoughts.")
    assert Decision.objects.get().reason == "For the reference."


def test_on_the_phone_the_last_limit_typed_is_the_one_that_is_told(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    grant_brandt(deal := make_brandt(helio), helio)
    step = step_of(submit(ask_offer_5(deal, helio), by=helio.maya), "finance")
    late: list[str] = []

    def first_comes_late(route: Route) -> None:
        late.append(route.request.url)
        if len(late) == 1:
            time.sleep(0.8)
        route.continue_()

    sign_in(page, helio.henrik)
    open_review(page, step)
    page.get_by_role("link", name="Decide").click()
    page.get_by_text("Agree up to…").click()
    expect(page.get_by_role("button", name="Send decision")).to_be_in_viewport()
    page.route("**/effect/", first_comes_late)
    page.get_by_label("Discount", exact=True).fill("19.0")
    page.get_by_label("Payment", exact=True).fill("45")
    page.get_by_label("Discount", exact=True).fill("20.0")
    expect(page.locator("#effect")).to_contain_text("Net €1,759,680")
    expect(page.locator("#effect")).to_contain_text("Nobody else has to look.")
    assert hindrances(page) == []
    page.get_by_label("Discount", exact=True).fill("two")
    expect(page.locator("#effect")).to_contain_text("number")
    page.get_by_label("Discount", exact=True).fill("20.0")
    expect(page.locator("#effect")).to_contain_text("Net €1,759,680")
    page.get_by_role("button", name="Send decision").click()
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    assert Decision.objects.latest("at").limits == '{"discount":"20.0","payment_days":"45"}'


def test_while_the_limits_are_told_nobody_loses_their_place(page: Page, sign_in: SignIn, helio: Cast) -> None:
    step = step_of(submit(make_brandt(helio), by=helio.maya), "finance")
    told: list[str] = []

    def slowly(route: Route) -> None:
        told.append(route.request.url)
        time.sleep(0.3)
        route.continue_()

    sign_in(page, helio.henrik)
    open_review(page, step)
    page.route("**/effect/", slowly)
    discount, payment = (page.get_by_label(name, exact=True) for name in ("Discount", "Payment"))
    page.keyboard.press("l")
    expect(discount).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("20.0")
    payment.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    expect(page.locator("#effect")).to_contain_text("Net €")
    expect(payment).to_be_focused()
    page.keyboard.type("5")
    expect(page.locator("#effect")).to_contain_text("Net €1,759,680")

    assert told
    expect(payment).to_be_focused()
    expect(payment).to_have_value("45")
    expect(discount).to_have_value("20.0")
