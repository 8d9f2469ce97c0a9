"""Whatever stands in the way has a page, and words for #trouble; it says what now and shows no inside."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError, connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import path

from dealdesk import refusals, urls
from dealdesk.bare import address_of
from dealdesk.refusals import helpers, page_with_button
from people.models import User
from tests.cast import Cast
from tests.words.pseudo import SPOKEN, spoken, wide

pytestmark = [pytest.mark.django_db, pytest.mark.http, pytest.mark.urls(__name__)]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/deals/?page=2"}
CAUSES = {
    "404": Http404("D-1482"),
    "403": PermissionDenied("no"),
    "413": RequestDataTooBig("3 MB"),
    "500": ZeroDivisionError("secret inside"),
    "503": OperationalError("connection refused"),
}


def trip(request, cause):
    if cause == "429":
        return refusals.too_many(request)
    raise CAUSES[cause]


urlpatterns = [path("trip/<cause>/", trip), *urls.urlpatterns]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
TITLES = {
    "403": "This is not yours to do",
    "404": "There is no such page",
    "413": "That is too much at once",
    "429": "Too many tries",
    "500": "Something went wrong on our side",
    "503": "Deal Desk is starting",
}


@pytest.fixture
def maya(client: Client, cast: Cast) -> User:
    client.force_login(cast.maya, backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    return cast.maya


@pytest.mark.parametrize("cause", TITLES)
def test_each_has_a_page_with_one_heading_and_a_way_on(client, maya, cause):
    answer = client.get(f"/trip/{cause}/")
    text = answer.content.decode()
    assert answer.status_code == int(cause)
    assert text.count("<h1") == 1
    assert TITLES[cause] in text
    assert 'href="/"' in text
    assert "secret" not in text


@pytest.mark.parametrize("cause", TITLES)
def test_each_has_words_for_the_place_of_trouble(client, maya, cause):
    answer = client.post(f"/trip/{cause}/", headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == int(cause)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#trouble", "innerHTML")
    assert TITLES[cause] in text
    assert "data-close" in text
    assert "<html" not in text and "<h1" not in text


def test_who_may_not_is_told_whom_of_the_deal_desk_to_ask(client, maya, cast, django_assert_num_queries):
    text = client.get("/trip/403/").content.decode()
    ines = f'Ask the deal desk: <a class="link" href="mailto:{cast.ines.email}">Ines Carvalho</a>.'
    assert ines in text
    assert "Ask the person it belongs to" not in text
    User.objects.create_user("bea@helio.example", name="Bea Adler", function="desk")
    User.objects.create_user("zoe@helio.example", name="Zoe Zander", function="desk")
    User.objects.create_user("abe@helio.example", name="Abe Aal", function="desk", is_active=False)
    text = client.get("/trip/403/").content.decode()
    assert "Bea Adler</a> or <a" in text
    assert "Ines Carvalho" in text
    assert "Zoe Zander" not in text and "Abe Aal" not in text
    request = RequestFactory().get("/")
    request.user = maya
    with django_assert_num_queries(1):
        assert len(helpers(request)) == 2


def test_the_desk_itself_and_a_stranger_are_told_nobody(client, cast):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert helpers(request) == ()
    client.force_login(cast.ines, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/trip/403/").content.decode()
    assert "Ask the person it belongs to" in text
    assert "Ask the deal desk" not in text


def test_only_below_deals_is_a_deal_missing(client, maya):
    text = client.get("/deals/D-9999/").content.decode()
    assert "There is nothing here that you can see" in text
    assert "Whoever owns the deal can share it." in text
    text = client.get("/insights/nothing/").content.decode()
    assert "There is no such page" in text
    assert "owns the deal" not in text
    assert '<a class="btn" href="/search/">' in text


@pytest.mark.parametrize("cause", TITLES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "trouble"])
def test_a_reader_is_told_in_their_own_language(client, maya, cause, headers):
    User.objects.update(locale=SPOKEN)
    with spoken():
        text = client.post(f"/trip/{cause}/", headers=headers).content.decode()
    assert wide(TITLES[cause]) in text
    assert TITLES[cause] not in text
    assert f'<html lang="{SPOKEN}"' in text or headers


def test_a_host_that_is_not_ours_gets_a_page_that_touches_nothing_of_the_request(client, db):
    for answer in (client.get("/", HTTP_HOST="evil.example"), client.post("/", HTTP_HOST="evil.example")):
        assert answer.status_code == 400
        assert "This request makes no sense here" in answer.content.decode()


@pytest.mark.parametrize(("cause", "seconds"), [("429", "60"), ("503", "5")])
def test_where_waiting_helps_it_says_how_long(client, maya, cause, seconds):
    assert client.get(f"/trip/{cause}/")["Retry-After"] == seconds


def test_a_page_that_waits_for_the_database_looks_again_by_itself(client, maya):
    assert client.get("/trip/503/?a=1")["Refresh"] == "5;url=/trip/503/?a=1"
    sent = client.post("/trip/503/", {"text": "Typed"}, headers={"Referer": "http://testserver/deals/"})
    assert "Refresh" not in sent  # nobody knows whose words these are: they are only in the form
    assert "go back, what you typed is in the form" in sent.content.decode()
    assert "Refresh" not in client.post("/trip/503/", headers=HTMX)


def test_a_fault_has_a_number_to_tell(client, maya):
    answer = client.get("/trip/500/", headers={"X-Request-ID": "abcd-1234-efgh"})
    assert "this number: abcd-1234-efgh" in answer.content.decode()


def test_a_fault_is_told_without_templates_and_without_a_database(client, maya, monkeypatch, settings):
    monkeypatch.setattr("django.template.engine.Engine.get_template", CAUSES["500"])
    answer = client.get("/")
    assert answer.status_code == 500
    assert TITLES["500"] in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_told_at_any_page(client, maya, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    for address in ("/", "/queue/", "/accounts/login/", "/nothing/"):
        answer = client.get(address)
        assert (address, answer.status_code, answer["Retry-After"]) == (address, 503, "5")


def test_what_a_stranger_may_not_know_looks_like_nothing(client, cast):
    text = client.get("/nothing/").content.decode()
    assert "Sign in" in text
    assert "Queue" not in text


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/deals/D-1284/offers/check/", "/deals/D-1284/offers/"),
        ("/deals/D-1284/concerns/2/answer/", "/deals/D-1284/concerns/"),
        ("/reviews/7/take/", "/reviews/7/"),
        ("/away/3/end/", "/away/"),
        ("/theme/", "/"),
    ],
)
def test_the_page_with_the_button_is_the_nearest_above(address, page):
    assert page_with_button(address) == page


def test_an_address_of_a_button_leads_to_the_page_with_the_button(client, maya):
    answer = client.get("/reviews/7/take/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert 'class="btn primary" href="/reviews/7/"' in answer.content.decode()


def test_an_icon_that_was_never_collected_breaks_no_page_of_trouble(monkeypatch):
    def broken(name: str) -> str:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("dealdesk.bare.static", broken)
    assert address_of("desk.css") == "/static/desk.css"
