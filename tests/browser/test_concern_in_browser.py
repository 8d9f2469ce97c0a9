"""A concern without a name, from raising it to the answer; nobody can say afterwards who it was."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from approvals.hold import hold
from approvals.models import Mandate, Request
from approvals.submit import submit
from people.models import User
from planning.models import Concern
from tests.brandt import make_brandt, rule, step_of
from tests.browser.hindering import hindrances
from tests.cast import Cast, make_cast
from tests.planning.raising import WORRY, named, unnamed
from tests.planning.rows import people_in, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
ROOM = "/deals/D-1284/"
ANSWER = "The third site goes live in August; the buyer has it in writing."


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


def raise_it(page: Page) -> str:
    """The receipt, which the page shows once."""
    page.goto(ROOM)
    page.get_by_role("navigation", name="Deal").get_by_role("link", name="Concerns").click()
    page.get_by_label("What worries you").fill(WORRY)
    page.get_by_label("Your name").select_option(label="Raise it without my name")
    page.get_by_role("button", name="Raise the concern").click()
    expect(page.locator("main")).to_contain_text("Your concern is raised, without your name")
    return page.locator("#receipt").inner_text()


def open_receipt(page: Page, receipt: str, name: str = "Concern 1") -> None:
    page.goto("/concerns/")
    page.get_by_label("Receipt").fill(receipt.lower().replace("-", " "))
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_concern_without_a_name_from_raising_to_the_answer(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    request: Request = submit(make_brandt(helio), by=helio.maya)

    sign_in(page, helio.tomas)
    with written() as rows:
        receipt = raise_it(page)
    people = {value and str(value) for values in people_in(rows).values() for value in values}
    assert Concern.objects.get().text == WORRY
    assert people == {None, str(helio.ines.pk)}
    assert receipt not in " ".join(rows.values())
    page.goto(f"{ROOM}concerns/")
    expect(page.locator("#concern-1")).to_contain_text("Raised without a name")
    expect(page.locator("main")).not_to_contain_text(receipt)

    for function, who in (("finance", helio.henrik), ("legal", helio.tomas), ("operations", helio.jiwoo)):
        rule(step_of(request, function), who)
    assert not Mandate.objects.exists()
    sign_in(page, helio.maya)
    page.goto(ROOM)
    expect(page.locator("main")).to_contain_text("Concern 1 is not answered. Released by the answer")
    expect(page.locator("main")).not_to_contain_text("Mandate active")

    sign_in(page, helio.ines)
    page.goto("/queue/")
    expect(page.locator("tr.hit", has_text="Brandt")).to_contain_text("Held since")
    page.goto(ROOM)
    page.get_by_role("link", name="See the concern").click()
    expect(page.locator("#concern-1")).to_contain_text(WORRY)
    page.get_by_label("Answer").fill(ANSWER)
    page.get_by_role("button", name="Answer and let the grant go on").click()
    expect(page.locator("#concern-1")).to_contain_text(ANSWER)
    assert Mandate.objects.get().request == request

    sign_in(page, helio.tomas)
    with written() as rows:
        open_receipt(page, receipt)
        expect(page.locator("main")).to_contain_text(ANSWER)
    assert rows == {}
    with written() as rows:
        page.get_by_label("Add a word").fill("Thank you.")
        page.get_by_role("button", name="Add a word").click()
        expect(page.locator("main")).to_contain_text("Your word is added.")
    assert {value for values in people_in(rows).values() for value in values} == {None}

    sign_in(page, helio.maya)
    page.goto(ROOM)
    expect(page.locator("main")).to_contain_text("Mandate active")
    page.goto(f"{ROOM}record/")
    raised = page.locator("table.log tr", has_text="keeps concern 1, raised without a name.")
    expect(raised).to_contain_text("only the day is kept")
    expect(raised).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("main")).to_contain_text("Ines Carvalho answered concern 1.")


LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_page_of_concerns_and_holds_hinders_anyone(
    chromium: Browser,
    live: str,
    sign_in: SignIn,
    helio: Cast,
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    request = submit(make_brandt(helio), by=helio.maya)
    hold(request, reason="The reference visit is not confirmed.", by=helio.ines)
    named(request.deal, helio.maya, "Their lawyer has not answered for two weeks.")
    raised = unnamed(request.deal, helio.tomas)
    context = chromium.new_context(
        base_url=live, viewport={"width": width, "height": 844}, color_scheme=theme
    )
    page = context.new_page()
    found: list[str] = []
    for user, addresses in (
        (helio.ines, (ROOM, "/queue/", f"{ROOM}concerns/", f"{ROOM}record/")),
        (helio.maya, (f"{ROOM}concerns/", "/concerns/")),
    ):
        sign_in(page, user)
        for address in addresses:
            page.goto(address)
            found += hindrances(page)
    open_receipt(page, raised.receipt, "Concern 2")
    found += hindrances(page)
    context.close()
    assert found == []
