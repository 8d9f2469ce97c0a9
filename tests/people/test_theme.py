import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.http


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.maya)
    return client


@pytest.mark.parametrize("theme", ["light", "dark", ""])
def test_someone_chooses_their_own_theme(client: Client, cast: Cast, theme: str) -> None:
    cast.maya.theme = "light" if theme != "light" else "dark"
    cast.maya.save()
    client.post("/theme/", {"theme": theme})
    cast.maya.refresh_from_db()
    assert cast.maya.theme == theme


def test_nobody_elses_theme_changes(client: Client, cast: Cast) -> None:
    client.post("/theme/", {"theme": "dark"})
    cast.arjun.refresh_from_db()
    assert cast.arjun.theme == ""


def test_an_unknown_theme_is_refused(client: Client, cast: Cast) -> None:
    assert client.post("/theme/", {"theme": "pink"}).status_code == 422
    cast.maya.refresh_from_db()
    assert cast.maya.theme == ""


@pytest.mark.parametrize(
    ("page", "lands"),
    [
        ("/deals/D-1284/", "/deals/D-1284/"),
        ("http://testserver/queue/", "http://testserver/queue/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_it_leads_back_to_pages_of_this_site_only(client: Client, page: str, lands: str) -> None:
    by_field = client.post("/theme/", {"theme": "dark", "next": page})
    by_header = client.post("/theme/", {"theme": "dark"}, headers={"Referer": page})
    assert by_field.headers["Location"] == lands
    assert by_header.headers["Location"] == lands


def test_looking_at_the_address_changes_nothing(client: Client, cast: Cast) -> None:
    assert client.get("/theme/?theme=dark").status_code == 405
    cast.maya.refresh_from_db()
    assert cast.maya.theme == ""


def test_it_needs_a_sign_in(db: None) -> None:
    response = Client().post("/theme/", {"theme": "dark"})
    assert response.headers["Location"] == "/accounts/login/?next=/"
