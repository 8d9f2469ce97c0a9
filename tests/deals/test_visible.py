from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from guardian.shortcuts import assign_perm

from deals.models import Deal
from people.models import Team, User
from tests.cast import Cast
from tests.deals.makers import make_deal


def seen(user: User | AnonymousUser) -> set[str]:
    return set(Deal.objects.visible_to(user).values_list("number", flat=True))


@pytest.fixture
def deals(cast: Cast) -> dict[str, Deal]:
    dach = Team.objects.get(name="Enterprise DACH")
    return {
        "hers": make_deal(cast.maya, number="D-1", team=dach),
        "team": make_deal(cast.elena, number="D-2", team=dach, region="Benelux"),
        "region": make_deal(cast.elena, number="D-3", region="DACH"),
        "nordics": make_deal(cast.elena, number="D-4", region="Nordics"),
    }


def test_desk_and_audit_see_every_deal(cast: Cast, deals: dict[str, Deal]) -> None:
    assert seen(cast.ines) == seen(cast.robin) == {"D-1", "D-2", "D-3", "D-4"}


def test_sellers_see_their_own_deals_and_not_their_colleagues(cast: Cast, deals: dict[str, Deal]) -> None:
    assert seen(cast.maya) == {"D-1"}
    assert seen(cast.arjun) == set()
    assert seen(cast.elena) == {"D-2", "D-3", "D-4"}


def test_leaders_see_the_deals_of_their_team_and_of_its_region(cast: Cast, deals: dict[str, Deal]) -> None:
    assert seen(cast.marcus) == {"D-1", "D-2", "D-3"}


def test_reviewers_and_executives_see_nothing_until_it_is_shared(cast: Cast, deals: dict[str, Deal]) -> None:
    assert seen(cast.henrik) == seen(cast.victor) == set()


@pytest.mark.parametrize("permission", ["team_deal", "view_deal"])
def test_grants_to_a_person_or_a_group_open_one_deal(
    cast: Cast, deals: dict[str, Deal], permission: str
) -> None:
    group = Group.objects.create(name="Bid office")
    cast.jiwoo.groups.add(group)
    assign_perm(permission, cast.tomas, deals["hers"])
    assign_perm(permission, group, deals["nordics"])
    assert (seen(cast.tomas), seen(cast.jiwoo)) == ({"D-1"}, {"D-4"})


def test_a_grant_of_another_kind_opens_nothing(cast: Cast, deals: dict[str, Deal]) -> None:
    assign_perm("change_deal", cast.tomas, deals["hers"])
    assert seen(cast.tomas) == set()


def test_nobody_who_is_not_signed_in_or_has_left_sees_anything(cast: Cast, deals: dict[str, Deal]) -> None:
    cast.maya.is_active = cast.ines.is_active = False
    assert seen(cast.maya) == seen(cast.ines) == seen(AnonymousUser()) == set()


def test_a_deal_is_seen_once_however_many_ways_lead_to_it(cast: Cast, deals: dict[str, Deal]) -> None:
    assign_perm("team_deal", cast.marcus, deals["hers"])
    assign_perm("view_deal", cast.marcus, deals["hers"])
    assert Deal.objects.visible_to(cast.marcus).filter(number="D-1").count() == 1


@pytest.mark.parametrize("count", [1, 10])
def test_a_list_takes_one_query_whatever_its_length(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for place in range(count):
        assign_perm("view_deal", cast.maya, make_deal(cast.elena, number=f"S-{place}"))
        make_deal(cast.maya, number=f"O-{place}", decision_owner=cast.marcus)
    with django_assert_num_queries(1):
        rows = list(Deal.objects.visible_to(cast.maya).open().for_queue())
        assert len({(row.account.name, row.owner.name, row.decision_owner) for row in rows}) >= 1
    assert len(rows) == 2 * count


def test_open_and_won_can_follow(cast: Cast, deals: dict[str, Deal]) -> None:
    visible = Deal.objects.visible_to(cast.maya)
    assert (visible.open().count(), visible.won().count()) == (1, 0)
