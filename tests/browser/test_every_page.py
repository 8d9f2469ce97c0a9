"""Every page of the demo, as each role meets it: nothing hinders hand or eye, nothing is too wide."""

from collections.abc import Callable, Mapping

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from approvals.bulk import Order, begin
from approvals.links import PATH
from approvals.models import Bulk, Condition, Question, Step
from desk.demo.world import make_world
from people.models import User
from tests.answering import tokens_of
from tests.browser.hindering import TOO_WIDE, faint_words, hindrances
from tests.test_access import ACCESS

SignIn = Callable[[Page, User], None]
DESK = (
    "/queue/",
    "/queue/views/",
    "/queue/bulk/?verb=reassign&all=1",
    "bulk",
    "intervene",
    "/insights/overrides/",
)
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
        "/deals/D-1284/withdraw/",
        "/deals/D-1284/close/",
        "/deals/D-1284/concerns/",
        "/deals/D-1284/files/",
        "/deals/D-1284/comments/",
        "/deals/D-1284/people/",
        "/concerns/",
        "question",
        "condition",
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
        "/profile/",
        "/search/?q=brandt",
        "/search/deals/?q=brandt",
    ),
    "tomas": ("/", "legal review"),
    "marcus": ("/", "/queue/", "/deals/D-1284/approvals/", "/insights/leakage/"),
    "robin": ("/", "/deals/D-1284/record/"),
    "ines": (
        "/",
        "/policy/",
        "/rates/",
        "/calendars/",
        "/calendars/finance/",
        "/calendars/recompute/",
        "/policy/quarter-end/",
        "/policy/hand-in/",
        "/policy/14/replay/",
        "/exceptions/",
        "/imports/",
        "/deals/past/",
        "/operations/",
        "/record/",
        *DESK,
    ),
}
PAST = 60  # ended deals: enough to compare with
PARTS = (("", "maya"), ("ines", "robin"), ("henrik", "tomas", "marcus"))  # the longest first
NAMED = {  # what stands for an address that only the database knows
    "review": "desk:review",
    "legal review": "desk:review",
    "answer": "desk:answer",
    "bulk": "desk:bulk_run",
    "intervene": "desk:intervene",
    "question": "desk:question",
    "condition": "desk:condition",
}
NO_PAGE = {
    "desk:bulk_refused": "a CSV file",
    "desk:queue_csv": "a CSV file",
    "guardrails:text": "a text file",
    "desk:leakage_csv": "a CSV file",
    "desk:counts": "figures of the navigation",
    "desk:overrides_csv": "a CSV file",
    "desk:refused_csv": "a CSV file",
    "desk:brief_pdf": "a PDF",
    "desk:decisions_pdf": "a PDF",
    "desk:decisions_json": "a JSON file",
    "desk:record_csv": "a CSV file",
    "desk:whole_record_csv": "a CSV file",
    "desk:verify_script": "a script",
    "desk:evidence": "a file somebody handed in",
    "desk:file": "a file somebody attached",
}
ELSEWHERE = {
    "desk:import": "test_import_in_browser asks it at every stage",
    "desk:add_to_concern": "test_concern_in_browser asks it",
    "notices:unsubscribe": "one button, opened from a mail",
    "desk:away_of": "the page of one's own absences, for somebody else",
    "guardrails:version": "the page of the policy in force, of an older one",
}
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
TWICE_AS_LARGE = {"width": 720, "height": 450}  # what 1440 px hold at 200 %


def problems(page: Page) -> list[str]:
    """Of one page in both themes and widths. It is loaded once: a theme changes colours and nothing else."""
    found = []
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        found += [f"light {size['width']}: {each}" for each in hindrances(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"dark {size['width']}: {each}" for each in faint_words(page)]
    page.set_viewport_size(TWICE_AS_LARGE)  # type: ignore[arg-type]
    wider = page.evaluate(TOO_WIDE)
    return found + ([f"{page.url} at 200 %: {wider} px too wide"] if wider > 0 else [])


def begin_bulk(step: Step) -> Bulk:
    order = Order(Bulk.Verb.EXTEND, "Month end.", minutes=60)
    return begin({step.pk: step.terms_hash}, by=User.objects.get(email="ines@helio.example"), order=order)


def places() -> Mapping[str, str]:
    """Where the pages are that only this demo has."""
    step = Step.objects.get(deal__number="D-1284", status=Step.Status.OPEN)
    legal = Step.objects.assigned_to(User.objects.get(email="tomas@helio.example")).earliest("pk")
    return {
        "review": f"/reviews/{step.pk}/",
        "legal review": f"/reviews/{legal.pk}/",
        "intervene": f"/reviews/{step.pk}/intervene/",
        "bulk": f"/queue/bulk/{begin_bulk(step).pk}/",
        "answer": PATH.format(token=tokens_of("D-1284")[0]),
        "question": f"/questions/{Question.objects.earliest('pk').pk}/",
        "condition": f"/conditions/{Condition.objects.tasks().earliest('pk').pk}/",
    }


def route_of(address: str) -> str:
    """Of an address, or of the name that stands for one; nothing for one that leads nowhere."""
    try:
        return NAMED.get(address) or resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return ""


def test_every_page_is_visited_or_says_why_not() -> None:
    assert sorted(who for part in PARTS for who in part) == sorted(PAGES)
    pages = {route for (route, method), row in ACCESS.items() if method == "get" and 200 in row}
    visited = {route_of(address) for addresses in PAGES.values() for address in addresses}
    assert pages - visited - {*NO_PAGE, *ELSEWHERE} == set()
    assert visited & {*NO_PAGE, *ELSEWHERE} == set()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", PARTS, ids="-".join)
def test_no_page_hinders_anyone(chromium: Browser, live: str, sign_in: SignIn, part: tuple[str, ...]) -> None:
    make_world(past=PAST if "henrik" in part else 0)
    known = places()
    found: list[str] = []
    broken: list[str] = []
    for who in part:
        context = chromium.new_context(base_url=live, reduced_motion="reduce")
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        if who:
            sign_in(page, User.objects.get(email=f"{who}@helio.example"))
        for address in PAGES[who]:
            page.goto(known.get(address, address))
            found += problems(page)
        context.close()
    assert not found + broken, "\n".join(found + broken)
