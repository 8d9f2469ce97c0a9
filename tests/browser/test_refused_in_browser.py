"""The pages of what stands in the way: nothing in them hinders hand or eye, and they fit a phone."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import path
from playwright.sync_api import Browser, Page, expect

from base.errors import Busy, Invalid, NotYours, WrongState
from dealdesk import refusals, urls
from people.models import User
from tests.browser.hindering import faint_words, hindrances
from tests.cast import Cast, make_cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
]
SignIn = Callable[[Page, User], None]
CAUSES = {
    "403": PermissionDenied("no"),
    "403-verb": NotYours("Henrik Sørensen decides this."),
    "404": Http404("nothing"),
    "409": WrongState("Revision 5 came at 11:31, after you opened this page."),
    "413": RequestDataTooBig("3 MB"),
    "422": Invalid("Two fields.", fields={"a": "The floor is above the list price.", "b": "Too high."}),
    "500": ZeroDivisionError("a bug"),
    "503": Busy(),
    "503-database": OperationalError("connection refused"),
}
PAGES = (*(f"/trip/{cause}/" for cause in CAUSES), "/trip/429/", "/trip/copy/", "/button/", "/deals/D-9/")


@login_not_required
def trip(request: HttpRequest, cause: str) -> HttpResponse:
    if cause == "429":
        return refusals.too_many(request)
    if cause == "copy":
        request.POST = QueryDict("objective=Land the whole group&story=Not only Hamburg")
        return refusals.copy_it(request, "/deals/D-1284/brief/")
    raise CAUSES[cause]


def sent(request: HttpRequest) -> HttpResponse:
    return refusals.only_sent(request, "POST")


urlpatterns = [path("trip/<cause>/", trip), path("button/", sent), *urls.urlpatterns]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def tab(chromium: Browser, live: str) -> Iterator[Page]:
    """What the console says of a refused page is not looked at."""
    context = chromium.new_context(base_url=live, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_nothing_hinders_on_the_pages_of_what_stands_in_the_way(
    tab: Page, sign_in: SignIn, helio: Cast
) -> None:
    sign_in(tab, helio.maya)
    found: list[str] = []
    for page in PAGES:
        tab.emulate_media(color_scheme="light")
        tab.goto(page)
        expect(tab.locator("h1")).to_have_count(1)
        found += hindrances(tab, 1440, 390)
        tab.emulate_media(color_scheme="dark")
        found += faint_words(tab)
    assert found == []


def test_who_may_not_finds_whom_to_ask_and_who_mistyped_finds_the_search(
    tab: Page, sign_in: SignIn, helio: Cast
) -> None:
    sign_in(tab, helio.maya)
    tab.goto("/trip/403-verb/")
    expect(tab.get_by_role("link", name="Ines Carvalho")).to_have_attribute(
        "href", f"mailto:{helio.ines.email}"
    )
    tab.goto("/insights/nothing/")
    tab.locator("#main").get_by_role("link", name="Search").click()
    expect(tab.get_by_role("heading", level=1, name="Search")).to_be_visible()
