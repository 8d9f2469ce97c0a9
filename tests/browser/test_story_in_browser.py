"""From a seller's brief to a mandate and past it, in the browser, with the numbers of the pictures."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from approvals.models import Mandate, Offer, Request, Step
from deals.models import Account, Deal
from desk.demo.catalogue import add_catalogue
from people.models import User
from tests.brandt import CLAUSES, OFFER_5, PRODUCTS, QUANTITIES, TARGETS, TERMS, WALK_AWAYS, publish_policy
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPACE = "\N{NO-BREAK SPACE}"
SignIn = Callable[[Page, User], None]
WORD = {"1": "Yearly"}


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    """The company before anyone has written a brief."""
    people = make_cast()
    publish_policy(people)
    add_catalogue()
    Account.objects.create(name="Brandt Logistik AG", segment="Enterprise", region="DACH")
    for user in (people.maya, people.henrik):
        user.set_password("correct horse")
        user.save()
    return people


def by_form(page: Page, user: User) -> None:
    """Sign in as anyone does."""
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("Work e-mail").fill(user.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.name.split()[0])


def put(field: Locator, text: str) -> None:
    """As a person leaves a field: what was typed is there, and focus moves on."""
    field.fill(text)
    field.blur()


def write_lines(page: Page) -> None:
    rows = zip(PRODUCTS, QUANTITIES, TARGETS, WALK_AWAYS, strict=True)
    for place, (product, quantity, target, walk_away) in enumerate(rows):
        page.get_by_role("button", name="Add line").click()
        row = page.locator("#lines tbody tr").nth(place)
        put(row.locator("[name$=quantity]"), str(quantity))
        put(row.locator("[name$=target]"), target)
        put(row.locator("[name$=walk_away]"), walk_away)
        row.locator("select[name$=product]").select_option(product)
        expect(page.locator("#lines tbody tr").nth(place)).to_contain_text("€")


def write_terms(page: Page) -> None:
    for key, (target, walk_away) in TERMS.items():
        for end, value in (("target", target), ("walk_away", walk_away)):
            field = page.locator(f"[name='terms-{key}-{end}']")
            field.select_option(value) if key == "invoices_per_year" else put(field, value)
    for key, ends in CLAUSES.items():
        for end, position in zip(("target", "walk_away"), ends, strict=True):
            page.locator(f"[name='clauses-{key}-{end}']").select_option(position)
    put(page.get_by_label("Partner fee"), "4")


def write_brief(page: Page) -> None:
    page.get_by_role("link", name="New brief").first.click()
    page.get_by_label("Account", exact=True).fill("Brandt Logistik AG")
    page.get_by_label("Title", exact=True).fill("Warehouse control, 3 sites")
    page.get_by_role("button", name="Begin the brief").click()
    write_lines(page)
    write_terms(page)


def see_what_is_standard(page: Page) -> None:
    rail = page.locator("#rail")
    expect(page.locator("#brief")).to_contain_text("€1,924,560")
    expect(page.locator("#brief")).to_contain_text("€1,728,450")
    for name in ("Henrik Sørensen", "Tomás Rivera", "Ji-woo Han"):
        expect(rail).to_contain_text(name)
    leave = page.locator("[name='clauses-exit-walk_away']")
    leave.select_option("fallback-2")
    expect(rail).to_contain_text("never granted")
    leave.select_option("standard")
    expect(rail).not_to_contain_text("never granted")


def agree(page: Page, sign_in: SignIn, user: User) -> None:
    """By keyboard: open the one review there is, a, Enter."""
    sign_in(page, user)
    page.goto("/reviews/")
    page.locator("tr.hit a.main").click()
    expect(page.locator("#decide")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("you agreed")


def narrow(page: Page) -> None:
    page.goto("/reviews/")
    page.locator("tr.hit a.main").click()
    expect(page.locator("#decide")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"Finance Director may allow 20.0{SPACE}% to 30.0{SPACE}%")
    page.keyboard.press("l")
    page.locator("#id_discount").fill("20.0")
    page.locator("#id_payment_days").fill("45")
    page.locator("#id_condition").select_option(label="Invoicing yearly")
    expect(page.locator("#effect")).to_contain_text("€1,759,680")
    expect(page.locator("#effect")).to_contain_text(f"58.9{SPACE}%")
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator(".toasts")).to_contain_text(f"up to 20.0{SPACE}% and 45{SPACE}days")


def check_inside(page: Page) -> None:
    page.goto(f"/deals/{Deal.objects.get().number}/offers/")
    form = page.locator("#try")
    form.get_by_label("Discount").fill("20.0")
    expect(form).to_contain_text("Inside. You may send this now.")
    expect(form).to_contain_text("23.15 / 16.73 / 8.41 / 12.61")
    assert not Offer.objects.exists()
    form.get_by_role("button", name="Write down as offer 1, sent").click()
    expect(page.locator("main")).to_contain_text("Offer 1")


def check_outside(page: Page) -> None:
    form = page.locator("#try")
    form.get_by_text("Set lines one by one").click()
    form.get_by_label("Lines", exact=True).select_option(label="Set one by one")
    for place, discount in enumerate(OFFER_5):
        form.locator("[name^=line_]").nth(place).fill(discount)
    form.get_by_label("Payment").fill("60")
    expect(form).to_contain_text("Outside. Do not promise this.")
    form.get_by_role("button", name="Write down as offer 2, asked by the buyer").click()
    expect(page.locator("main")).to_contain_text("€1,704,690")


def test_from_a_brief_to_a_mandate_and_past_it(page: Page, sign_in: SignIn, helio: Cast) -> None:
    by_form(page, helio.maya)
    write_brief(page)
    see_what_is_standard(page)
    page.get_by_role("button", name="Ask for the mandate").click()
    expect(page.locator("main")).to_contain_text("Revision 1 in review")

    by_form(page, helio.henrik)
    narrow(page)
    agree(page, sign_in, helio.tomas)
    agree(page, sign_in, helio.jiwoo)

    sign_in(page, helio.maya)
    page.goto(f"/deals/{Deal.objects.get().number}/")
    expect(page.locator("main")).to_contain_text("Mandate active")
    expect(page.locator("main")).to_contain_text("€1,759,680")
    check_inside(page)
    check_outside(page)
    fifth = Offer.objects.get(number=2)
    assert not fifth.inside

    page.get_by_role("button", name="Ask for this room").click()
    expect(page.locator("#brief")).to_contain_text("€1,704,690")
    page.get_by_role("button", name="Ask for the mandate").click()
    expect(page.locator("main")).to_contain_text("Revision 2 in review")
    again = Request.objects.open().get()
    assert {step.function: step.status for step in again.steps.all()} == {
        "finance": Step.Status.OPEN,
        "legal": Step.Status.KEPT,
        "operations": Step.Status.KEPT,
    }
    assert Mandate.objects.standing().get().request != again

    sign_in(page, helio.marcus)
    page.goto("/queue/")
    row = page.locator("tr.hit", has_text="Brandt Logistik")
    expect(row).to_contain_text("Director")
    expect(row.get_by_text("Kept")).to_have_count(2)
    expect(row).to_contain_text("€1.92")
