"""A reviewer goes on leave by handing in a calendar; the delegate decides from the mail; both names stay."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from approvals.models import Decision, Request
from approvals.submit import submit
from base import clock
from ledger.sweep import sweep
from people.models import User
from tests.approvals.leaving import work
from tests.brandt import make_brandt, step_of
from tests.cast import Cast, make_cast
from tests.conftest import Post
from tests.people.test_feed import calendar, event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
BOTH = "Lena Vogt for Henrik Sørensen"


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


def a_week_from_yesterday() -> bytes:
    first = clock.today() - timedelta(days=1)
    lines = (("DTSTART", first), ("DTEND", first + timedelta(days=7)))
    return calendar(event("\n".join(f"{name};VALUE=DATE:{day:%Y%m%d}" for name, day in lines)))


def hand_in(page: Page, delegate: str) -> None:
    page.goto("/away/")
    expect(page.locator("label", has_text="First day away")).to_contain_text(f"{clock.today():%a} ")
    page.get_by_text("Hand in a calendar instead").click()
    form = page.get_by_role("form", name="Hand in a calendar")
    file = FilePayload(name="leave.ics", mimeType="text/calendar", buffer=a_week_from_yesterday())
    form.get_by_label("Calendar file").set_input_files([file])
    form.get_by_label("Who stands in").select_option(label=f"{delegate}, Finance Manager")
    form.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("The calendar is read: 1 is new.")).to_be_visible()
    expect(page.get_by_role("row", name=delegate)).to_contain_text("Away now")


def deliver() -> None:
    while sweep(clock.now()):
        pass


def link_in(smtp: Post, user: User) -> str:
    (mail,) = [mail for mail in smtp.mails if mail["To"] == user.email]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "You stand in for Henrik Sørensen, who is away." in text
    found = re.search(r"https?://[^/\s]+(/answer/\S+/)", text)
    assert found
    return found[1]


def test_a_calendar_sends_the_work_to_who_stands_in_who_decides_from_the_mail(
    page: Page, sign_in: SignIn, helio: Cast, smtp: Post
) -> None:
    request: Request = submit(make_brandt(helio), by=helio.maya)
    step = step_of(request, "finance")
    sign_in(page, helio.henrik)
    hand_in(page, "Lena Vogt")
    deliver()
    assert work(step) == [("Lena", "Henrik")]

    sign_in(page, helio.lena)
    page.goto(link_in(smtp, helio.lena))
    expect(page.locator("header.page-head")).to_contain_text(
        "As Finance Director you answer for Henrik Sørensen, away until"
    )
    page.locator("label:has(#d-agree)").click()
    page.get_by_role("button", name="Send decision").click()
    expect(page.get_by_text("you agreed for Henrik Sørensen, for revision 1")).to_be_visible()
    decision = Decision.objects.get()
    assert (decision.by, decision.acting_for) == (helio.lena, helio.henrik)

    sign_in(page, helio.maya)
    page.goto("/deals/D-1284/approvals/")
    expect(page.locator("main")).to_contain_text(f"{BOTH} agreed")
    page.goto("/deals/D-1284/record/")
    expect(page.locator("main")).to_contain_text(f"{BOTH} agreed, Finance Director.")
