from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from base.locales import HOUSE, current
from people.models import User
from tests.words.pseudo import SPOKEN, spoken, wide

pytestmark = [pytest.mark.django_db, pytest.mark.http]

LOGIN = "/accounts/login/"
PASSWORD = "quiet-harbour-9"


@pytest.fixture(autouse=True)
def no_failed_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def maya(db: None) -> User:
    return User.objects.create_user("maya@helio.example", PASSWORD, name="Maya Okafor", function="sales")


def sign_in(client: Client, email: str = "maya@helio.example", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_home_page(client: Client, maya: User) -> None:
    response = sign_in(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(maya.pk)


def test_the_email_may_be_typed_in_any_case(client: Client, maya: User) -> None:
    sign_in(client, email="Maya@HELIO.example")
    assert client.session["_auth_user_id"] == str(maya.pk)


def test_a_wrong_password_signs_nobody_in(client: Client, maya: User) -> None:
    response = sign_in(client, password="wrong-harbour-9")
    assert response.status_code == 200
    assert response.context["form"].errors == {
        "__all__": ["The email address and/or password you specified are not correct."]
    }
    assert not signed_in(client)


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(client: Client, maya: User) -> None:
    known = sign_in(client, password="wrong-harbour-9").context["form"].errors
    unknown = sign_in(client, email="nobody@helio.example").context["form"].errors
    assert known == unknown


def test_who_may_no_longer_sign_in_does_not(client: Client, maya: User) -> None:
    maya.is_active = False
    maya.save()
    sign_in(client)
    assert not signed_in(client)


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client: Client, maya: User) -> None:
    for _ in range(5):
        sign_in(client, password="wrong-harbour-9")
    response = sign_in(client)
    assert response.context["form"].errors == {
        "__all__": ["Too many failed login attempts. Try again later."]
    }
    assert not signed_in(client)


def test_after_four_wrong_passwords_the_right_one_signs_in(client: Client, maya: User) -> None:
    for _ in range(4):
        sign_in(client, password="wrong-harbour-9")
    sign_in(client)
    assert signed_in(client)


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    form = {"email": "new@helio.example", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", form)
    assert response.templates[0].name == "account/signup_closed.html"
    assert not User.objects.exists()
    assert not signed_in(client)


def test_signing_in_leads_back_to_the_page_asked_for(client: Client, maya: User) -> None:
    response = client.post(
        f"{LOGIN}?next=/queue/", {"login": maya.email, "password": PASSWORD, "next": "/queue/"}
    )
    assert response.headers["Location"] == "/queue/"


def test_signing_in_leads_to_no_other_site(client: Client, maya: User) -> None:
    form = {"login": maya.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(LOGIN, form).headers["Location"] == "/"


def test_the_mail_that_helps_back_in_is_in_the_language_of_whom_it_is_for(client: Client, maya: User) -> None:
    User.objects.update(locale=SPOKEN)
    with spoken():
        client.post("/accounts/password/reset/", {"email": maya.email})
    (sent,) = mail.outbox
    assert wide("Password Reset Email") in sent.subject
    assert current() == HOUSE
