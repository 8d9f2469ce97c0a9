import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail as mailing
from django.core.mail import EmailMessage
from django.test import Client

from desk.demo.people import let_administer
from ledger.models import Event
from people.models import Team, User
from tests.cast import Cast
from tests.desk.making import make_version

pytestmark = pytest.mark.http


@pytest.fixture
def client(cast: Cast) -> Client:
    cast.ines.is_staff = cast.ines.is_superuser = True
    cast.ines.save()
    client = Client()
    client.force_login(cast.ines)
    return client


@pytest.mark.parametrize("page", ["people/user", "people/team", "auth/group"])
def test_every_list_opens_and_nothing_of_it_is_deleted(client: Client, page: str) -> None:
    Group.objects.create(name="Finance")
    listed = client.get(f"/admin/{page}/")
    assert listed.status_code == 200
    assert "delete_selected" not in listed.content.decode()
    assert client.get(f"/admin/{page}/add/").status_code == 200


def test_working_hours_have_one_place(client: Client) -> None:
    assert client.get("/admin/people/functioncalendar/").status_code == 404


def test_a_new_person_is_added_with_a_password(client: Client) -> None:
    form = {
        "email": "Sofia@Helio.example",
        "name": "Sofia Lund",
        "function": "sales",
        "usable_password": "true",
        "password1": "quiet-harbour-9",
        "password2": "quiet-harbour-9",
    }
    assert client.post("/admin/people/user/add/", form).status_code == 302
    sofia = User.objects.get(email="sofia@helio.example")
    assert (sofia.name, sofia.function) == ("Sofia Lund", "sales")
    assert sofia.check_password("quiet-harbour-9")


def test_the_same_email_in_other_letters_is_refused(client: Client) -> None:
    form = {"email": "MAYA@helio.example", "name": "M", "function": "sales", "usable_password": "false"}
    response = client.post("/admin/people/user/add/", form)
    assert list(response.context["adminform"].form.errors) == ["email"]
    assert User.objects.filter(name="M").count() == 0


def test_a_person_is_changed_without_touching_the_password(client: Client, cast: Cast) -> None:
    before = cast.maya.password
    form = {
        "email": cast.maya.email,
        "name": "Maya Okafor-Lund",
        "function": "sales",
        "timezone": "Europe/Oslo",
    }
    assert client.post(f"/admin/people/user/{cast.maya.pk}/change/", form).status_code == 302
    cast.maya.refresh_from_db()
    assert (cast.maya.name, cast.maya.timezone, cast.maya.password) == (
        "Maya Okafor-Lund",
        "Europe/Oslo",
        before,
    )


@pytest.mark.parametrize("page", ["user", "team"])
def test_people_and_teams_are_never_deleted(client: Client, cast: Cast, page: str) -> None:
    rows: dict[str, User | Team] = {"user": cast.robin, "team": Team.objects.get(name="Enterprise Nordics")}
    row = rows[page]
    assert client.post(f"/admin/people/{page}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    row.refresh_from_db()


def test_who_is_not_staff_does_not_get_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.maya)
    assert client.get("/admin/people/user/").status_code in (302, 403)


def outbox() -> list[EmailMessage]:
    return list(mailing.outbox)


@pytest.fixture
def desk(cast: Cast) -> Client:
    let_administer(cast.ines)
    client = Client()
    client.force_login(cast.ines)
    return client


def test_the_desk_finds_what_it_looks_after_and_nothing_else(desk: Client) -> None:
    page = desk.get("/admin/").content.decode()
    assert "Deal Desk administration" in page
    found = set(re.findall(r'href="/admin/(\w+/\w+)/"', page))
    assert found == {"people/user", "people/team", "people/authority", "deals/product", "deals/account"}
    assert desk.get("/admin/auth/group/").status_code == 403
    assert desk.get("/admin/account/emailaddress/").status_code == 404


def test_the_desk_adds_somebody_without_a_password(desk: Client) -> None:
    form = {"email": "Sofia@helio.example", "name": "Sofia Lund", "function": "sales", "password1": "mine"}
    assert desk.post("/admin/people/user/add/", form).status_code == 302
    sofia = User.objects.get(email="sofia@helio.example")
    assert not sofia.has_usable_password()
    Client().post("/accounts/password/reset/", {"email": sofia.email})
    assert [(mail.to, "password" in mail.subject.lower()) for mail in outbox()] == [([sofia.email], True)]


def test_the_desk_can_become_nobody_else(desk: Client, cast: Cast) -> None:
    before = User.objects.get(pk=cast.dana.pk)
    change = f"/admin/people/user/{cast.dana.pk}/change/"
    page = desk.get(change).content.decode()
    assert "is_superuser" not in page and "user_permissions" not in page and "password" not in page
    passwords = {"password1": "quiet-harbour-9", "password2": "quiet-harbour-9"}
    assert desk.post(f"/admin/people/user/{cast.dana.pk}/password/", passwords).status_code == 403
    taken = {
        **{"email": "ines2@helio.example", "name": "Dana Whitlock", "function": "finance"},
        **{"timezone": "Europe/Berlin", "is_active": "on", "is_superuser": "on", "is_staff": "on"},
        **{"password": "x", **passwords},
    }
    assert desk.post(change, taken).status_code == 302
    after = User.objects.get(pk=cast.dana.pk)
    assert (after.email, after.password, after.is_superuser, after.is_staff) == (
        *(before.email, before.password, False, False),
    )
    own = f"/admin/people/user/{cast.ines.pk}/change/"
    assert desk.post(own, {**taken, "email": cast.ines.email}).status_code == 403
    User.objects.filter(pk=cast.victor.pk).update(is_superuser=True)
    assert desk.post(f"/admin/people/user/{cast.victor.pk}/change/", taken).status_code == 403


def test_who_was_made_what_stands_in_the_ledger(client: Client, cast: Cast) -> None:
    form = {
        "email": "arjun@helio.example",
        "name": "Arjun M.",
        "function": "sales",
        "timezone": "Europe/Berlin",
    }
    page = f"/admin/people/user/{cast.arjun.pk}/change/"
    client.post(page, {**form, "is_active": "on"})
    assert Event.objects.filter(kind="person_set").count() == (cast.arjun.team_id is not None)
    client.post(page, {**form, "function": "desk", "is_active": "on", "is_staff": "on"})
    made = Event.objects.filter(kind="person_set").latest("pk")
    assert (made.actor, made.facts["user"]) == (cast.ines, cast.arjun.pk)
    assert made.facts["before"] == {"function": "sales", "is_staff": False}
    assert made.facts["after"] == {"function": "desk", "is_staff": True}
    new = {"email": "sofia@helio.example", "name": "Sofia", "function": "sales", "usable_password": "false"}
    client.post("/admin/people/user/add/", new)
    added = Event.objects.filter(kind="person_set").latest("pk")
    make_version(cast.ines, cast.dana)
    assert "before" not in added.facts and added.facts["after"]["function"] == "sales"
    said = client.get("/record/", {"kind": "person"}).content.decode()
    assert "changed what Arjun M. is: Deal desk, before Sales and may open the administration pages." in said
    assert "added Sofia: Sales." in said
