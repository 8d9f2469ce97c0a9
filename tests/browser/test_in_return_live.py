"""Asked in return and asked before deciding, in the browser: a task that lapses, a returned step while others
go on, a question that pauses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Condition, Mandate, Step
from approvals.submit import submit
from approvals.validity import after
from base import clock
from deals.models import Deal
from ledger.sweep import sweep
from people.models import User
from tests.brandt import make_brandt, rule, step_of
from tests.browser.hindering import hindrances
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
GUARANTEE = "A bank guarantee over one year"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def sent(helio: Cast) -> Deal:
    deal = make_brandt(helio)
    submit(deal, by=helio.maya)
    return deal


def review(page: Page, sign_in: SignIn, user: User, deal: Deal, function: str) -> None:
    sign_in(page, user)
    step = Step.objects.live().get(deal=deal, function=function)
    page.goto(f"/reviews/{step.pk}/")


def agree_as(page: Page, sign_in: SignIn, user: User, deal: Deal, function: str) -> None:
    review(page, sign_in, user, deal, function)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("you agreed")


def ask_for_a_guarantee(page: Page) -> None:
    """Up to 20.0 %, if Arjun brings a guarantee within five days, else 15.0 %."""
    page.keyboard.press("l")
    page.locator("#id_discount").fill("20.0")
    page.get_by_text("and if something is done by a day").click()
    task = page.get_by_role("group", name="Task 1")
    task.get_by_label("is done").fill(GUARANTEE)
    task.get_by_label("by", exact=True).select_option(label="Arjun Mehta, Account Executive")
    task.get_by_label("until").fill((clock.today() + timedelta(days=5)).isoformat())
    task.get_by_label("else").select_option(label="Discount back to")
    page.get_by_role("button", name="Send decision").click()
    expect(task).to_contain_text("Say back to where.")
    assert hindrances(page, 390, 1280) == []
    task.get_by_label("to", exact=True).fill("15.0")
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator(".toasts")).to_contain_text(GUARANTEE)


def test_a_task_that_nobody_marks_met_takes_the_limit_down(
    page: Page, sign_in: SignIn, sent: Deal, helio: Cast
) -> None:
    review(page, sign_in, helio.henrik, sent, "finance")
    ask_for_a_guarantee(page)
    agree_as(page, sign_in, helio.tomas, sent, "legal")
    agree_as(page, sign_in, helio.jiwoo, sent, "operations")

    sign_in(page, helio.arjun)
    page.goto("/")
    page.locator("#asked-of-me").get_by_role("link", name="Hand in").click()
    page.get_by_label("What shows it").fill("The bank says Friday.")
    page.get_by_label("File").set_input_files(
        {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 letter"}
    )
    page.get_by_role("button", name="Hand it in").click()
    expect(page.locator("main")).to_contain_text("letter.pdf")
    assert hindrances(page, 390, 1280) == []

    sign_in(page, helio.maya)
    page.goto("/deals/D-1284/")
    expect(page.locator("#in-return")).to_contain_text("Otherwise discount 15.0")
    task = Condition.objects.tasks().get()
    assert task.due
    sweep(after(task.due))

    page.reload()
    expect(page.locator("#in-return")).to_contain_text("Lapsed at the end of")
    expect(page.locator("#in-return")).to_contain_text("Now discount 15.0")
    page.goto("/deals/D-1284/offers/")
    page.locator("#try").get_by_label("Discount").fill("18.0")
    expect(page.locator("#try")).to_contain_text("Outside. Do not promise this.")
    page.goto("/deals/D-1284/record/?kind=condition")
    expect(page.locator("#entries")).to_contain_text("let a condition lapse: nobody marked it met.")
    sign_in(page, helio.henrik)
    page.goto(f"/conditions/{task.pk}/")
    expect(page.get_by_role("button", name="Mark it met")).to_have_count(0)


def test_a_returned_step_waits_for_the_seller_while_the_others_go_on(
    page: Page, sign_in: SignIn, sent: Deal, helio: Cast
) -> None:
    review(page, sign_in, helio.henrik, sent, "finance")
    page.keyboard.press("c")
    page.locator("#decide").get_by_label("Why").fill("Rank discount and payment.")
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator(".toasts")).to_contain_text("you asked for changes")

    agree_as(page, sign_in, helio.tomas, sent, "legal")
    agree_as(page, sign_in, helio.jiwoo, sent, "operations")
    assert not Mandate.objects.exists()

    sign_in(page, helio.maya)
    page.goto("/deals/D-1284/")
    expect(page.locator("main")).to_contain_text("Changes are asked: the ball is with the seller.")
    expect(page.locator("main")).to_contain_text("Rank discount and payment.")
    page.goto("/deals/D-1284/brief/")
    page.locator("[name='terms-payment_days-walk_away']").fill("55")
    page.locator("[name='terms-payment_days-walk_away']").blur()
    page.get_by_role("button", name="Ask for the mandate").click()
    expect(page.locator("main")).to_contain_text("Revision 2 in review")
    page.goto("/deals/D-1284/approvals/")
    expect(page.locator("#revision-2")).to_contain_text("Kept from revision 1.")

    agree_as(page, sign_in, helio.henrik, sent, "finance")
    assert Mandate.objects.get().request.revision.number == 2


def test_a_question_stops_the_clock_until_it_is_answered(
    page: Page, sign_in: SignIn, sent: Deal, helio: Cast
) -> None:
    review(page, sign_in, helio.henrik, sent, "finance")
    page.get_by_text("Ask before you decide").click()
    page.get_by_label("Whom").select_option(label="Maya Okafor, Account Executive")
    page.get_by_label("Question").fill("Why sixty days?")
    page.get_by_role("button", name="Ask, and wait for the answer").click()
    expect(page.locator("main")).to_contain_text("Finance Director waits for an answer.")
    expect(page.get_by_role("button", name="Send decision")).to_have_count(0)

    sign_in(page, helio.maya)
    page.goto("/")
    page.locator("#asked-of-me").get_by_role("link", name="Answer").click()
    expect(page.get_by_label("Your answer")).to_be_visible()
    assert hindrances(page, 390, 1280) == []
    page.get_by_label("Your answer").fill("All of their suppliers get sixty.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".toasts")).to_contain_text("Henrik Sørensen has your answer.")

    review(page, sign_in, helio.henrik, sent, "finance")
    expect(page.locator("#ask")).to_contain_text("All of their suppliers get sixty.")
    agree_as(page, sign_in, helio.henrik, sent, "finance")
    rule(step_of(sent.requests.get(), "legal"), helio.tomas)
    rule(step_of(sent.requests.get(), "operations"), helio.jiwoo)
    assert Mandate.objects.exists()
