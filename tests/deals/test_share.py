import json
from typing import Any

import pytest
from django.contrib.auth.models import Group

from base.errors import Invalid
from deals.errors import NotYourDeal
from deals.models import Deal, DealUserObjectPermission
from deals.share import may_edit, share, team_of, unshare
from ledger.models import Event
from tests.cast import Cast
from tests.deals.makers import BEGAN, make_deal


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return make_deal(cast.maya)


def said(deal: Deal) -> list[tuple[str, Any]]:
    return [(event.kind, json.loads(event.body)) for event in Event.objects.of(deal.stream)]


def test_the_team_sees_and_writes_and_a_viewer_only_sees(deal: Deal, cast: Cast) -> None:
    share(deal, with_=cast.arjun, role="team", by=cast.maya, at=BEGAN)
    share(deal, with_=cast.tomas, role="viewer", by=cast.arjun, at=BEGAN)
    assert [Deal.objects.visible_to(user).count() for user in (cast.arjun, cast.tomas, cast.grace)] == [
        1,
        1,
        0,
    ]
    assert [may_edit(deal, user) for user in (cast.maya, cast.arjun, cast.tomas, cast.ines)] == [
        True,
        True,
        False,
        False,
    ]
    assert team_of(deal) == {cast.arjun.pk}
    assert said(deal) == [
        ("deal.shared", {"schema": 1, "role": "team", "user": cast.arjun.pk}),
        ("deal.shared", {"schema": 1, "role": "viewer", "user": cast.tomas.pk}),
    ]


def test_a_person_has_one_role_and_nothing_happens_twice(deal: Deal, cast: Cast) -> None:
    for role in ("team", "team", "viewer", "viewer"):
        share(deal, with_=cast.arjun, role=role, by=cast.maya, at=BEGAN)
    codes = DealUserObjectPermission.objects.values_list("permission__codename", flat=True)
    assert list(codes) == ["view_deal"]
    assert [body["role"] for _, body in said(deal)] == ["team", "viewer"]


def test_what_was_shared_is_taken_back(deal: Deal, cast: Cast) -> None:
    share(deal, with_=cast.arjun, role="team", by=cast.maya, at=BEGAN)
    unshare(deal, with_=cast.arjun, by=cast.maya, at=BEGAN)
    unshare(deal, with_=cast.arjun, by=cast.maya, at=BEGAN)
    assert Deal.objects.visible_to(cast.arjun).count() == 0
    assert [kind for kind, _ in said(deal)] == ["deal.shared", "deal.unshared"]


def test_a_group_works_on_a_deal_with_all_its_members(deal: Deal, cast: Cast) -> None:
    group = Group.objects.create(name="Bid office")
    cast.arjun.groups.add(group)
    share(deal, with_=group, role="team", by=cast.maya, at=BEGAN)
    assert may_edit(deal, cast.arjun) and team_of(deal) == {cast.arjun.pk}
    unshare(deal, with_=group, by=cast.maya, at=BEGAN)
    assert not may_edit(deal, cast.arjun)
    assert said(deal)[1] == ("deal.unshared", {"schema": 1, "group": group.pk})


def test_only_those_who_work_on_it_share_it(deal: Deal, cast: Cast) -> None:
    share(deal, with_=cast.tomas, role="viewer", by=cast.maya, at=BEGAN)
    for stranger in (cast.tomas, cast.marcus, cast.ines):
        with pytest.raises(NotYourDeal):
            share(deal, with_=cast.arjun, role="team", by=stranger, at=BEGAN)
        with pytest.raises(NotYourDeal):
            unshare(deal, with_=cast.tomas, by=stranger, at=BEGAN)
    assert Deal.objects.visible_to(cast.arjun).count() == 0
    assert Deal.objects.visible_to(cast.tomas).count() == 1


def test_nothing_is_shared_with_its_owner_or_with_someone_who_left(deal: Deal, cast: Cast) -> None:
    cast.arjun.is_active = False
    cast.arjun.save()
    for guest in (cast.maya, cast.arjun):
        with pytest.raises(Invalid) as refused:
            share(deal, with_=guest, role="team", by=cast.maya, at=BEGAN)
        assert refused.value.field == "with_"
    assert said(deal) == []


def test_someone_who_left_does_not_write_any_more(deal: Deal, cast: Cast) -> None:
    cast.maya.is_active = False
    assert not may_edit(deal, cast.maya)
