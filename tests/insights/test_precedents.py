from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.submit import submit
from deals.models import Deal, Revision
from deals.share import let_look, share
from insights import precedents
from insights.models import Precedent
from insights.precedents import nearest
from insights.remember import doublings
from people.models import User
from tests.cast import Cast
from tests.desk.making import THURSDAY, make_deal, make_revision

HALF = "864225"  # of what Brandt asks at its walk-away
ASKED: dict[str, Any] = {"discount": D("21.5"), "payment_days": D(60), "term_months": D(36)}


@pytest.fixture
def revision(brandt: Deal, cast: Cast) -> Revision:
    """1,728,450 at 21.5 %, 60 days, 36 months, Enterprise, New business."""
    return submit(brandt, by=cast.maya).revision


def ended(owner: User, number: str, net: str = "1728450", **said: Any) -> Precedent:
    """A deal that was lost asking what Brandt asks, but for what is said."""
    frame = {key: said.pop(key) for key in ("segment", "deal_type", "region", "team") if key in said}
    deal = make_deal(owner, number=number, status="lost", closed_at=THURSDAY, **frame)
    asked = make_revision(deal, net=(net, net))
    kept: dict[str, Any] = {**ASKED, "ended_at": THURSDAY, "won": False, **said}
    return Precedent.objects.create(
        deal=deal,
        revision=asked,
        seller=owner,
        team=deal.team,
        segment=deal.segment,
        region=deal.region,
        deal_type=deal.deal_type,
        doublings=doublings(D(net)),
        **kept,
    )


def found(revision: Revision, reader: User) -> dict[str, float]:
    return {each.precedent.deal.number: round(each.distance, 3) for each in nearest(revision, reader=reader)}


def test_the_example_that_is_done_by_hand(revision: Revision, cast: Cast) -> None:
    ended(cast.maya, "D-1", HALF, discount=D("20.5"), payment_days=D(45))
    assert found(revision, cast.ines) == {"D-1": 1.45}  # 1 + 1 ÷ 5 + 15 ÷ 60


@pytest.mark.parametrize(
    ("said", "distance"),
    [
        ({}, 0.0),
        ({"net": "3456900"}, 1.0),
        ({"net": HALF}, 1.0),
        ({"discount": D("24.0")}, 0.5),
        ({"discount": D("19.0")}, 0.5),
        ({"payment_days": D(90)}, 0.5),
        ({"payment_days": None}, 0.5),
        ({"term_months": D(24)}, 0.5),
        ({"term_months": None}, 0.5),
        ({"deal_type": "Renewal"}, 0.5),
        ({"discount": D("31.5")}, 2.0),
        ({"discount": D("31.6")}, None),
        ({"net": "432000"}, None),
        ({"segment": "Mid-market"}, None),
    ],
)
def test_each_difference_counts_as_declared(
    revision: Revision, cast: Cast, said: dict[str, Any], distance: float | None
) -> None:
    ended(cast.maya, "D-1", **said)
    assert found(revision, cast.ines) == ({} if distance is None else {"D-1": distance})


def test_the_nearest_five_come_first_and_of_two_as_near_the_later(revision: Revision, cast: Cast) -> None:
    for place in range(7):
        ended(cast.maya, f"D-{place}", discount=D("21.5") + place // 2, ended_at=later(place))
    assert list(found(revision, cast.ines)) == ["D-1", "D-0", "D-3", "D-2", "D-5"]


def later(days: int) -> Any:
    return THURSDAY + timedelta(days=days)


def test_a_deal_is_no_precedent_of_its_own(revision: Revision, cast: Cast) -> None:
    kept = ended(cast.maya, "D-1")
    Precedent.objects.filter(pk=kept.pk).update(deal=revision.deal)
    assert found(revision, cast.ines) == {}


def test_only_what_the_reader_may_see_is_told(revision: Revision, cast: Cast) -> None:
    ended(cast.maya, "D-own")
    ended(cast.arjun, "D-team")
    ended(cast.elena, "D-region", team=None)
    ended(cast.elena, "D-other", team=cast.elena.team, region="Nordics")
    asked = ended(cast.elena, "D-asked", team=None, region="Nordics").deal
    given = ended(cast.elena, "D-group", team=None, region="Nordics").deal
    group = Group.objects.create(name="Warehouses")
    group.user_set.add(cast.marcus)
    share(given, with_=group, role="viewer", by=cast.elena, at=THURSDAY)
    let_look(asked, [cast.priya])

    assert set(found(revision, cast.maya)) == {"D-own"}
    assert set(found(revision, cast.marcus)) == {"D-own", "D-team", "D-region", "D-group"}
    assert set(found(revision, cast.priya)) == {"D-asked"}
    assert set(found(revision, cast.henrik)) == set()
    assert len(found(revision, cast.ines)) == 5


def test_what_is_said_of_the_doors_is_not_trusted(revision: Revision, cast: Cast) -> None:
    """The row still names her as the seller; the deal has gone to somebody else."""
    kept = ended(cast.maya, "D-1", team=None, region="Nordics")
    Deal.objects.filter(pk=kept.deal_id).update(owner=cast.elena)
    assert found(revision, cast.maya) == {}


@pytest.mark.parametrize("who", ["ines", "marcus"])
def test_two_queries_however_many_there_are(revision: Revision, cast: Cast, who: str) -> None:
    reader = getattr(cast, who)
    ended(cast.maya, "D-0")
    counts = []
    for place in (1, 9):
        for each in range(place):
            ended(cast.maya, f"D-{place}-{each}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            told = nearest(revision, reader=reader)
            [(each.precedent.deal.account.name, each.precedent.revision.net_walk_away) for each in told]
            [getattr(each.precedent.deal, "closing", None) for each in told]
            [getattr(each.precedent.deal, "leak", None) for each in told]
        counts.append((len(told), len(queries)))
    assert counts == [(2, 2), (5, 2)]


def test_no_more_is_read_of_one_door_than_its_two_sides(
    revision: Revision, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each side is one range of an index with a limit; nothing reads the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        facts: dict[str, Any] = dict.fromkeys(("days", "months"), D(0)) | {
            "deal": 1,
            "user": cast.marcus.pk,
            "segment": "Enterprise",
            "deal_type": "Renewal",
            "size": 20.0,
            "far": 2.0,
            "discount": D(0),
        }
        plans = {}
        for who in ("ines", "marcus"):
            cursor.execute(f"EXPLAIN {precedents.question(getattr(cast, who))}", facts)
            plans[who] = "\n".join(line for (line,) in cursor.fetchall())
    assert plans["ines"].count("insights_precedent_by_segment") == 2
    for index in ("seller", "team", "region"):
        assert plans["marcus"].count(f"insights_precedent_of_{index}") == 2
    assert "Seq Scan on insights_precedent" not in plans["ines"] + plans["marcus"]
