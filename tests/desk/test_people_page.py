from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate
from approvals.submit import submit
from approvals.watch import watch
from base import clock
from base.format import SPACE
from deals.models import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.share import share
from desk.head import room_of
from desk.people import people_of
from ledger.models import Event
from people.models import User
from tests.cast import Cast, person

PAGE = "/deals/D-1284/people/"
ROOM = "/deals/D-1284/"


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    def read_(who: User) -> str:
        client.force_login(who)
        answer = client.get(PAGE)
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return read_


def listed(deal: Deal, reader: User) -> dict[str, list[str]]:
    return {one.user.name: [part.words for part in one.parts] for one in people_of(room_of(deal, reader)).on}


def team(name: str, *members: User) -> Group:
    group = Group.objects.create(name=name)
    group.user_set.add(*members)
    return group


def shares() -> tuple[int, int, int]:
    """Grants to people, to teams, and entries of the record."""
    return (
        DealUserObjectPermission.objects.count(),
        DealGroupObjectPermission.objects.count(),
        Event.objects.filter(kind__in=["deal.shared", "deal.unshared"]).count(),
    )


def test_everyone_with_a_part_is_named_with_it(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    watch(brandt, by=cast.maya, who=cast.elena)
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())

    assert listed(brandt, cast.maya) == {
        "Maya Okafor": ["Owner: writes the brief and negotiates"],
        "Marcus Bell": ["Decision owner"],
        "Henrik Sørensen": ["Asked as Finance Director, revision 1"],
        "Tomás Rivera": ["Asked as Legal Counsel, revision 1"],
        "Ji-woo Han": ["Asked as Delivery Manager, revision 1"],
        "Arjun Mehta": ["Works on it"],
        "Elena Petrova": ["Watches"],
    }
    besides = people_of(room_of(brandt, cast.maya)).besides
    assert [(one.user.name, one.parts[0].words) for one in besides] == [
        ("Ines Carvalho", "Deal desk: sees every deal"),
        ("Robin Achterberg", "Audit: sees every deal"),
    ]


def test_who_decided_stays_named(granted: Mandate, cast: Cast) -> None:
    assert listed(granted.deal, cast.maya)["Henrik Sørensen"] == ["Decided as Finance Director, revision 1"]


def test_a_person_is_let_in_and_taken_out_again(brandt: Deal, cast: Cast, client: Client, read: Any) -> None:
    client.force_login(cast.maya)
    sent = client.post(f"{ROOM}share/", {"share-person": cast.elena.pk, "share-role": "viewer"})
    assert (sent.status_code, sent["Location"]) == (302, PAGE)
    page = read(cast.elena)
    assert "May look at it" in page and "by Maya Okafor, today" in page
    assert "Take back" not in page and "Share the deal" not in page

    client.force_login(cast.maya)
    sent = client.post(f"{ROOM}share/take-back/", {"person": cast.elena.pk})
    assert sent["Location"] == PAGE
    assert not Deal.objects.visible_to(cast.elena).exists()
    assert shares() == (0, 0, 2)


def test_a_team_is_let_in_with_whoever_belongs_to_it(
    brandt: Deal, cast: Cast, client: Client, read: Any
) -> None:
    finance = team("Finance", cast.priya, cast.lena)
    client.force_login(cast.maya)
    client.post(f"{ROOM}share/", {"share-group": finance.pk, "share-role": "viewer"})
    page = read(cast.priya)
    assert "<b>Finance</b><small>Lena Vogt, Priya Raman</small>" in page
    assert "by Maya Okafor, today" in page

    client.force_login(cast.maya)
    client.post(f"{ROOM}share/take-back/", {"group": finance.pk})
    assert not Deal.objects.visible_to(cast.priya).exists()
    assert shares() == (0, 0, 2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a person or a team."),
        ({"person": "arjun", "group": "Finance"}, "Choose a person or a team, not both at once."),
        ({"person": "maya"}, "Select a valid choice."),
    ],
)
def test_sharing_says_what_is_missing(
    brandt: Deal, cast: Cast, client: Client, data: dict[str, str], said: str
) -> None:
    finance = team("Finance", cast.priya)
    ids = {"arjun": cast.arjun.pk, "maya": cast.maya.pk, "Finance": finance.pk}
    client.force_login(cast.maya)
    answer = client.post(
        f"{ROOM}share/",
        {f"share-{name}": ids[value] for name, value in data.items()} | {"share-role": "viewer"},
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert shares() == (0, 0, 0)


def test_who_is_asked_cannot_be_taken_out(brandt: Deal, cast: Cast, client: Client, read: Any) -> None:
    submit(brandt, by=cast.maya)
    before = shares()
    assert "Take the deal back from" not in read(cast.maya)
    answer = client.post(f"{ROOM}share/take-back/", {"person": cast.henrik.pk})
    assert answer.status_code == 422
    assert "It is not shared with them any more." in answer.content.decode()
    assert shares() == before
    assert Deal.objects.visible_to(cast.henrik).exists()


def test_who_is_asked_and_shared_with_still_sees_it_afterwards(
    brandt: Deal, cast: Cast, client: Client
) -> None:
    submit(brandt, by=cast.maya)
    share(brandt, with_=cast.henrik, role="viewer", by=cast.maya, at=clock.now())
    client.force_login(cast.maya)
    client.post(f"{ROOM}share/take-back/", {"person": cast.henrik.pk})
    assert Deal.objects.visible_to(cast.henrik).exists()
    assert listed(brandt, cast.maya)["Henrik Sørensen"] == ["Asked as Finance Director, revision 1"]


def test_who_takes_themselves_out_is_led_to_what_they_still_see(
    brandt: Deal, cast: Cast, client: Client
) -> None:
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    client.force_login(cast.arjun)
    assert client.post(f"{ROOM}share/take-back/", {"person": cast.arjun.pk})["Location"] == "/deals/"


def test_only_who_works_on_it_shares_it(brandt: Deal, cast: Cast, client: Client, read: Any) -> None:
    share(brandt, with_=cast.arjun, role="viewer", by=cast.maya, at=clock.now())
    before = shares()
    for user in (cast.marcus, cast.ines, cast.robin, cast.arjun):
        assert "Share the deal" not in read(user)
        for address, said in (
            ("share/", {"share-person": cast.elena.pk, "share-role": "viewer"}),
            ("share/take-back/", {"person": cast.arjun.pk}),
        ):
            assert client.post(f"{ROOM}{address}", said).status_code == 403
    assert shares() == before


def test_a_stranger_learns_nothing_of_who_is_on_it(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.elena)
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{ROOM}share/take-back/").status_code == 404


def test_the_page_asks_as_often_for_ten_people_and_teams_as_for_one(
    brandt: Deal, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    def let_in(place: int) -> None:
        user = person(f"p{place}", f"Person P{place}")
        for with_ in (user, team(f"Team {place}", user)):
            share(brandt, with_=with_, role="viewer", by=cast.maya, at=clock.now())

    let_in(1)
    alone = queries()
    for place in range(2, 11):
        let_in(place)
    assert queries() == alone


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("share/", f"{PAGE}#share"),
        ("share/take-back/", PAGE),
        ("comments/1/take-back/", f"{ROOM}comments/"),
    ],
)
def test_what_is_only_sent_leads_to_its_button(
    brandt: Deal, cast: Cast, client: Client, address: str, page: str
) -> None:
    for user in (cast.maya, cast.elena):
        client.force_login(user)
        answer = client.get(f"{ROOM}{address}")
        assert (answer.status_code, answer["Location"]) == (302, page)
