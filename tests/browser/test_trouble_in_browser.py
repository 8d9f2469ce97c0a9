"""A session that ends while one types, a connection that goes, a slow answer and an impatient hand."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from approvals.models import Decision
from approvals.submit import submit
from deals.models import Deal
from people.models import User
from tests.brandt import make_brandt, step_of
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
BRIEF = "/deals/D-1284/brief/"
PASSWORD = "quiet-harbour-9"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def tab(chromium: Browser, live: str) -> Iterator[Page]:
    """A tab that may meet trouble: what it says in its console is not looked at."""
    context = chromium.new_context(base_url=live, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sign_in_again(page: Page, user: User) -> None:
    page.get_by_label("Work e-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_session_that_ends_while_one_types_costs_no_word(
    tab: Page, sign_in: SignIn, helio: Cast, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    make_brandt(helio)
    helio.maya.set_password(PASSWORD)
    helio.maya.save()
    sign_in(tab, helio.maya)
    tab.goto(BRIEF)
    tab.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    objective = tab.locator("[name=objective]")
    objective.fill("Land the whole group")
    trouble = tab.locator("#trouble")
    expect(trouble).to_contain_text("You are signed out")
    objective.press_sequentially(", not only Hamburg", delay=5)
    expect(objective).to_have_value("Land the whole group, not only Hamburg")
    trouble.get_by_role("link", name="Sign in and go on").click()
    expect(tab.locator("main")).to_contain_text("What you typed is kept for an hour")
    sign_in_again(tab, helio.maya)
    expect(tab.locator("#kept")).to_be_focused()
    expect(tab.locator("#kept")).to_contain_text("is back. It was not sent")
    expect(objective).to_have_value("Land the whole group, not only Hamburg")
    expect(tab.locator("[data-saved=brief]")).to_have_text("Not saved yet")
    assert "Hamburg" not in Deal.objects.get().objective
    tab.locator("[name=partner_fee]").press_sequentially("0")
    expect(tab.locator("[data-saved=brief]")).to_contain_text("Saved ")
    assert Deal.objects.get().objective == "Land the whole group, not only Hamburg"


def test_without_a_connection_nothing_is_sent_nothing_is_lost_and_it_goes_on_by_itself(
    tab: Page, sign_in: SignIn, helio: Cast
) -> None:
    make_brandt(helio)
    sign_in(tab, helio.maya)
    tab.goto(BRIEF)
    tab.context.set_offline(True)
    expect(tab.locator("#trouble")).to_contain_text("You are offline.")
    objective = tab.locator("[name=objective]")
    objective.fill("Typed in a tunnel")
    expect(tab.locator("[data-saved=brief]")).to_have_text("Not saved, trying again")
    tab.get_by_role("button", name="Light or dark").focus()
    tab.context.set_offline(False)
    expect(tab.locator("[data-saved=brief]")).to_contain_text("Saved ")
    expect(tab.locator("#trouble")).to_be_empty()
    assert Deal.objects.get().objective == "Typed in a tunnel"


def test_a_request_that_was_lost_is_sent_again_and_no_longer_spoken_of(
    tab: Page, sign_in: SignIn, helio: Cast
) -> None:
    make_brandt(helio)
    sign_in(tab, helio.maya)
    tab.goto(BRIEF)
    tab.route(f"**{BRIEF}", lambda route: route.abort(), times=1)
    tab.locator("[name=objective]").fill("Typed where it rattles")
    expect(tab.locator("#trouble")).to_contain_text("You are offline.")
    expect(tab.locator("[data-saved=brief]")).to_contain_text("Saved ", timeout=10_000)
    expect(tab.locator("#trouble")).to_be_empty()
    assert Deal.objects.get().objective == "Typed where it rattles"


def test_a_link_pressed_without_a_connection_leads_to_words_and_back(
    chromium: Browser, live: str, sign_in: SignIn, helio: Cast
) -> None:
    make_brandt(helio)
    context = chromium.new_context(base_url=live, service_workers="allow")
    page = context.new_page()
    sign_in(page, helio.maya)
    page.goto("/deals/")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.get_by_role("link", name="Brandt Logistik AG").click()
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(page).to_have_url(f"{live}/deals/D-1284/")
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
    context.set_offline(False)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Brandt Logistik AG")).to_be_visible()
    context.close()


def test_a_form_sent_without_a_connection_keeps_its_words(tab: Page, sign_in: SignIn, helio: Cast) -> None:
    make_brandt(helio)
    sign_in(tab, helio.maya)
    tab.goto("/deals/D-1284/comments/")
    words = tab.get_by_role("textbox", name="Comment")
    words.fill("Typed in a tunnel")
    tab.context.set_offline(True)
    tab.get_by_role("button", name="Comment").click()
    expect(tab.locator("#trouble")).to_contain_text("You are offline.")
    expect(words).to_have_value("Typed in a tunnel")
    expect(tab).to_have_url(re.compile("/deals/D-1284/comments/$"))
    tab.context.set_offline(False)


def slowly(context: BrowserContext, sent: list[str]) -> None:
    def late(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            time.sleep(0.8)
        route.continue_()

    context.route("**/reviews/**", late)


def test_an_impatient_hand_sends_once_sees_that_it_runs_and_may_go_back(
    tab: Page, sign_in: SignIn, helio: Cast
) -> None:
    step = step_of(submit(make_brandt(helio), by=helio.maya), "finance")
    sent: list[str] = []
    sign_in(tab, helio.henrik)
    tab.goto("/")
    tab.goto(f"/reviews/{step.pk}/")
    slowly(tab.context, sent)
    tab.evaluate("""() => { new MutationObserver(() => { sessionStorage.setItem('waited', '1'); })
        .observe(document.documentElement, { attributeFilter: ['data-waiting'] }); }""")
    tab.locator("label[data-key=a]").click()
    tab.evaluate("setTimeout(() => document.querySelector('form.decide')?.requestSubmit(), 500)")
    tab.get_by_role("button", name="Send decision").dblclick()
    expect(tab).not_to_have_url(f"/reviews/{step.pk}/")
    assert len(sent) == 1
    assert Decision.objects.filter(by=helio.henrik).count() == 1
    assert tab.evaluate("sessionStorage.getItem('waited')") == "1"
    tab.go_back()
    expect(tab.locator("main")).to_be_visible()
    expect(tab.locator("form[data-sent]")).to_have_count(0)
    assert len(sent) == 1
