import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError

from people.models import User
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db


def test_an_email_is_kept_in_lower_case() -> None:
    assert person("  MAYA.Okafor").email == "maya.okafor@helio.example"


def test_the_same_email_in_other_letters_is_refused() -> None:
    person("maya")
    with pytest.raises(IntegrityError, match="people_user_email_key"):
        person("MAYA")


def test_the_database_refuses_an_email_with_capitals() -> None:
    with pytest.raises(IntegrityError, match="people_user_email_lower_case"):
        User.objects.bulk_create([User(email="Maya@helio.example", name="Maya Okafor", function="sales")])


def test_a_form_brings_the_email_to_lower_case_before_it_looks_for_a_double() -> None:
    person("maya")
    with pytest.raises(ValidationError) as refused:
        User(email="MAYA@helio.example", name="Maya Two", function="sales", password="!").full_clean()
    assert list(refused.value.message_dict) == ["email"]


def test_someone_signs_in_whatever_the_case_of_the_email() -> None:
    user = User.objects.create_user(
        "maya@helio.example", "long-enough-9", name="Maya Okafor", function="sales"
    )
    assert authenticate(username="MAYA@Helio.example", password="long-enough-9") == user


def test_a_person_needs_an_email() -> None:
    with pytest.raises(ValueError, match="''"):
        User.objects.create_user("", name="Nobody", function="sales")


def test_without_a_password_nobody_signs_in() -> None:
    assert not person("maya").has_usable_password()


def test_createsuperuser_makes_a_deal_desk_person_with_administration_pages() -> None:
    call_command(
        "createsuperuser", "--noinput", email="First@helio.example", name="First Person", verbosity=0
    )
    first = User.objects.get(email="first@helio.example")
    assert (first.function, first.is_staff, first.is_superuser, first.sees_all) == ("desk", True, True, True)


@pytest.mark.parametrize(
    ("field", "wrong", "constraint"),
    [
        ("function", "marketing", "people_user_function_known"),
        ("theme", "pink", "people_user_theme_known"),
    ],
)
def test_the_database_refuses_words_it_does_not_know(field: str, wrong: str, constraint: str) -> None:
    user = person("maya")
    with pytest.raises(IntegrityError, match=constraint):
        User.objects.filter(pk=user.pk).update(**{field: wrong})


def test_nobody_is_their_own_manager() -> None:
    user = person("maya")
    with pytest.raises(IntegrityError, match="people_user_not_own_manager"):
        User.objects.filter(pk=user.pk).update(manager=user)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Maya Okafor", "MO"), ("Ji-woo Han", "JH"), ("Anna Maria de Souza", "AS"), ("Cher", "C"), ("", "")],
)
def test_initials_are_of_the_first_and_the_last_name(name: str, initials: str) -> None:
    assert User(name=name).initials == initials


def test_only_the_desk_and_the_auditor_see_all(cast: Cast) -> None:
    assert [user.name for user in User.objects.by_name() if user.sees_all] == [
        "Ines Carvalho",
        "Robin Achterberg",
    ]


def test_active_leaves_out_who_may_no_longer_sign_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.lena.pk).update(is_active=False)
    assert cast.lena not in User.objects.active()
    assert User.objects.active().count() == 15


def test_a_time_zone_must_exist() -> None:
    user = person("maya")
    user.timezone = "Europe/Atlantis"
    with pytest.raises(ValidationError, match="not a time zone"):
        user.full_clean()
