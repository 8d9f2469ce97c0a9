import pytest
import time_machine

from tests.cast import Cast
from tests.desk.making import THURSDAY, At, make_deal, make_request, make_revision, make_version

QUEUE = "/queue/"
H = 60


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def version(cast: Cast):
    return make_version(cast.ines, cast.dana)


def ask(cast: Cast, version, *steps: At, number: str = "D-1284", name: str = "Brandt Logistik AG", **more):
    deal = make_deal(more.pop("owner", cast.maya), name, number, **more.pop("deal", {}))
    return make_request(make_revision(deal, **more.pop("revision", {})), version, steps, **more)


def as_(client, user):
    client.force_login(user)
    return client


def page(client, user, **asked):
    answer = as_(client, user).get(QUEUE, asked)
    assert answer.status_code == 200
    return answer


def rows(answer) -> list[str]:
    return [row.request.deal.number for group in answer.context["queue"].groups for row in group.rows]


def groups(answer) -> list[tuple[str, int, list[str]]]:
    return [
        (group.name, group.count, [row.request.deal.number for row in group.rows])
        for group in answer.context["queue"].groups
    ]


def test_requests_stand_by_when_they_break(client, cast, version):
    ask(cast, version, At("finance", 2, due=4 * H), number="D-1", name="A")
    ask(cast, version, At("finance", 2, due=-65), number="D-2", name="B")
    ask(cast, version, At("finance", 2, due=8 * H), number="D-3", name="C")
    ask(cast, version, At("finance", 2, due=25 * H), number="D-4", name="D")
    ask(cast, version, At("legal", 1, "returned"), number="D-5", name="E")
    ask(cast, version, At("legal", 1, "unroutable"), At("finance", 1, "agreed"), number="D-6", name="F")
    assert groups(page(client, cast.ines)) == [
        ("Nobody to ask", 1, ["D-6"]),
        ("Breaks today", 2, ["D-2", "D-1"]),
        ("Tomorrow and Monday", 1, ["D-3"]),
        ("Later", 1, ["D-4"]),
        ("With seller", 1, ["D-5"]),
    ]
