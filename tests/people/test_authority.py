from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.db import IntegrityError

from people.models import Authority, Team, User
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def appointed(
    user: User, level: int = 1, region: str = "", since: date = DAY, until: date | None = None
) -> Authority:
    return Authority.objects.create(
        user=user, function="finance", level=level, region=region, since=since, until=until
    )


def holders(at: date = DAY, level: int = 1, region: str = "DACH", function: str = "finance") -> list[str]:
    return [user.name for user in Authority.objects.holders(function, level, region, at)]


def test_holders_come_by_name(cast: Cast) -> None:
    assert holders() == ["Lena Vogt", "Priya Raman"]


def test_every_level_of_the_cast_has_its_holder(cast: Cast) -> None:
    assert holders(level=2) == ["Henrik Sørensen"]
    assert holders(level=3) == ["Dana Whitlock"]
    assert holders(level=1, function="legal") == ["Tomás Rivera"]
    assert holders(level=2, function="legal") == ["Grace Mbeki"]
    assert holders(level=1, function="operations") == ["Ji-woo Han"]
    assert holders(level=2, function="operations") == ["Olaf Brandvik"]
    assert holders(level=3, function="operations") == ["Mei Tan"]
    assert holders(level=1, function="executive") == ["Victor Hale"]
    assert holders(level=4) == []


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (date(2026, 3, 1), []),
        (date(2026, 3, 2), ["Ada"]),
        (date(2026, 3, 30), ["Ada"]),
        (date(2026, 3, 31), []),
    ],
)
def test_authority_holds_from_its_first_day_until_the_day_before_it_ends(at: date, found: list[str]) -> None:
    appointed(person("ada"), until=date(2026, 3, 31))
    assert holders(at) == found


@pytest.mark.parametrize(
    ("held", "asked", "found"),
    [
        ("", "DACH", ["Ada"]),
        ("DACH", "DACH", ["Ada"]),
        ("Nordics", "DACH", []),
        ("DACH", "", []),
        ("", "", ["Ada"]),
    ],
)
def test_authority_for_all_regions_counts_everywhere_and_for_one_only_there(
    held: str, asked: str, found: list[str]
) -> None:
    appointed(person("ada"), region=held)
    assert holders(region=asked) == found


def test_someone_who_may_no_longer_sign_in_holds_nothing() -> None:
    ada = person("ada")
    appointed(ada)
    ada.is_active = False
    ada.save()
    assert holders() == []


def test_someone_with_two_authorities_is_named_once() -> None:
    ada = person("ada")
    appointed(ada)
    appointed(ada, region="DACH")
    assert holders() == ["Ada"]


def test_a_higher_level_does_not_stand_in_for_a_lower_one() -> None:
    appointed(person("ada"), level=2)
    assert holders(level=1) == []


def test_holders_are_one_query(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    with django_assert_num_queries(1):
        holders()


def test_levels_begin_at_one() -> None:
    with pytest.raises(IntegrityError, match="people_authority_level_from_one"):
        appointed(person("ada"), level=0)


@pytest.mark.parametrize("until", [DAY, date(2026, 3, 1)])
def test_authority_ends_after_it_began(until: date) -> None:
    with pytest.raises(IntegrityError, match="people_authority_ends_after_start"):
        appointed(person("ada"), until=until)


def test_the_same_authority_cannot_be_open_twice() -> None:
    ada = person("ada")
    appointed(ada)
    with pytest.raises(IntegrityError, match="people_authority_one_open"):
        appointed(ada, since=date(2026, 5, 1))


def test_the_function_must_be_known() -> None:
    with pytest.raises(IntegrityError, match="people_authority_function_known"):
        Authority.objects.create(user=person("ada"), function="marketing", level=1, since=DAY)


def test_a_leader_leads_their_teams_only(cast: Cast) -> None:
    assert [team.region for team in Team.objects.led_by(cast.marcus)] == ["DACH"]
    assert not Team.objects.led_by(cast.maya).exists()


def test_a_team_name_is_taken_once(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="people_team_name_once"):
        Team.objects.create(name="Enterprise DACH", region="UK")
