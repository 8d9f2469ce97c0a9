"""A ledger on a server whose counter begins anew: numbers go on, nobody misses anything."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from base import clock
from ledger import health
from ledger.adopt import Adopted, adopt
from ledger.follow import OTHER_SERVER, follow
from ledger.models import Event, Follower, Server
from ledger.record import record
from tests.ledger import hearing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
OLD = 2**40  # what the old server had counted to
LATER = datetime(2026, 6, 11, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ears(settings: Any) -> list[int]:
    settings.FOLLOWERS = {"ears": f"{hearing.__name__}.listen"}
    hearing.HEARD.clear()
    hearing.FAILING.clear()
    return hearing.HEARD


def say() -> int:
    with transaction.atomic():
        return record("deal:1", "offer.recorded", by=None, at=LATER).pk


def taken_over(*, heard: bool) -> int:
    """One event with a number of the old server, which the follower was handed or not."""
    pk = say()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_event SET txid = %s WHERE id = %s", [OLD, pk])
    place = {"txid": OLD, "event": pk} if heard else {"txid": OLD - 1, "event": 0}
    Follower.objects.create(name="ears", moved_at=clock.now(), **place)
    return pk


def listened(count: int) -> list[int]:
    ends = clock.now() + timedelta(seconds=20)
    while len(hearing.HEARD) < count and clock.now() < ends:
        follow("ears")
    return hearing.HEARD


@pytest.mark.parametrize("heard", [True, False])
def test_followers_go_on_where_they_were_and_get_what_comes(heard: bool) -> None:
    old = taken_over(heard=heard)
    assert follow("ears") == 0
    assert Follower.objects.get().last_error == OTHER_SERVER
    assert adopt(at=LATER) == Adopted(OLD, again=False)
    new = say()
    assert Event.objects.get(pk=new).txid > OLD
    assert listened(2 - heard) == ([] if heard else [old]) + [new]
    assert (follow("ears"), health.standing_still()) == (0, 0)


def test_what_was_written_before_is_handed_over_with_all_the_rest_again() -> None:
    old = taken_over(heard=True)
    stray = say()  # the product had been started without
    assert follow("ears") == 0
    assert adopt(at=LATER) == Adopted(OLD, again=True)
    new = say()
    assert listened(3) == [stray, old, new]


def test_a_second_move_goes_on_from_the_first_and_there_is_nothing_to_do_twice() -> None:
    taken_over(heard=True)
    adopt(at=LATER)
    assert adopt(at=LATER) is None
    assert list(Server.objects.values_list("base", flat=True)) == [OLD]
