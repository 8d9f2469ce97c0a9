import pytest
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.urls import path

from base.errors import Busy, DomainError, Invalid, NotYours, WrongState
from dealdesk import urls
from people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

REFUSALS = {
    "general": DomainError("No."),
    "yours": NotYours("Henrik Sørensen decides this."),
    "moved": WrongState("Revision 5 came at 11:31."),
    "wrong": Invalid("Two fields.", fields={"a": "Too low.", "b": "Too high."}),
    "busy": Busy(),
}
HTMX = {"HX-Request": "true"}


@login_not_required
def refuse(request, kind):
    raise REFUSALS[kind]


@login_not_required
def crash(request):
    raise ZeroDivisionError("a bug")


@login_not_required
def wait(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        cursor.execute("SELECT 1 FROM people_team FOR UPDATE")
    return HttpResponse("had it")


@login_not_required
@login_required
def guarded(request):
    return HttpResponse("inside")


urlpatterns = [
    path("refuse/<kind>/", refuse),
    path("crash/", crash),
    path("wait/", wait),
    path("guarded/", guarded),
    *urls.urlpatterns,
]
handler500 = urls.handler500


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("general", 400, "No."),
        ("yours", 403, "Henrik Sørensen decides this."),
        ("moved", 409, "Revision 5 came at 11:31."),
        ("wrong", 422, "Too high."),
        ("busy", 503, "Someone else is working on this right now."),
    ],
)
def test_a_refusal_becomes_a_page_that_says_it(client, kind, status, sentence):
    answer = client.get(f"/refuse/{kind}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert sentence in page
    assert REFUSALS[kind].what_now in page
    assert page.count("<html") == 1
    assert answer.headers.get("Retry-After") == ("2" if status == 503 else None)


def test_htmx_gets_the_words_for_their_own_place_and_nothing_typed_is_touched(client):
    answer = client.post("/refuse/moved/", headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Revision 5 came at 11:31." in page
    assert "<html" not in page
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#trouble", "innerHTML")


def test_a_bug_is_no_refusal(client):
    with pytest.raises(ZeroDivisionError):
        client.get("/crash/")


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_does_not_come_free_is_busy(client, race):
    Team.objects.create(name="DACH", region="DACH")
    with transaction.atomic():
        list(Team.objects.select_for_update())
        (answer,) = race(lambda: client.get("/wait/"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert client.get("/wait/").content == b"had it"


def test_a_signed_out_fragment_is_offered_the_sign_in_and_the_page_stays(client):
    answer = client.get(
        "/guarded/", headers={**HTMX, "HX-Current-URL": "http://testserver/deals/D-1284/?tab=offers"}
    )
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "#trouble"
    assert 'href="/accounts/login/?next=/deals/D-1284/%3Ftab%3Doffers"' in answer.content.decode()


def test_a_signed_out_page_is_redirected_as_ever(client):
    answer = client.get("/guarded/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/guarded/"


def test_a_database_that_does_not_answer_is_no_bug_of_the_page(client, monkeypatch):
    monkeypatch.setitem(REFUSALS, "moved", OperationalError("the server went away"))
    client.raise_request_exception = False
    answer = client.get("/refuse/moved/")
    assert answer.status_code == 503
    assert (answer["Retry-After"], answer["Refresh"]) == ("5", "5;url=/refuse/moved/")
    assert "Deal Desk is starting" in answer.content.decode()


def test_other_database_trouble_is_a_bug(client, monkeypatch):
    monkeypatch.setitem(REFUSALS, "moved", ProgrammingError("no such column"))
    client.raise_request_exception = False
    assert client.get("/refuse/moved/").status_code == 500
