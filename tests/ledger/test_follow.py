import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from ledger import follow as following
from ledger import health
from ledger.follow import again, catch_up, follow
from ledger.models import Event, Follower
from ledger.record import record
from ledger.sweep import sweep
from people.models import Team
from tests.ledger import hearing

# beside no long test: every open transaction of the server, whatever its database, holds followers up
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
PATH = f"{hearing.__name__}.listen"


@pytest.fixture(autouse=True)
def heard(settings: Any):
    """What the follower "ears" was handed, in order."""
    settings.FOLLOWERS = {"ears": PATH}
    hearing.HEARD.clear()
    hearing.FAILING.clear()
    return hearing.HEARD


@pytest.fixture
def listen() -> Callable[..., None]:
    """listen(n): follow until n events have come; other databases of the server may hold the horizon back."""

    def listen_(count: int, seconds: float = 30) -> None:
        ends = time.monotonic() + seconds
        while len(hearing.HEARD) < count and time.monotonic() < ends:
            follow("ears")
            time.sleep(0.02)

    return listen_


def ids() -> list[int]:
    return list(Event.objects.order_by("txid", "pk").values_list("pk", flat=True))


def handled() -> int:
    return Team.objects.filter(name__startswith="event").count()


def test_a_follower_gets_each_event_of_its_kinds_once_in_order(write, now, heard, listen):
    write("deal:1", 3)
    with transaction.atomic():
        record("deal:1", "deal.closed", by=None, at=now)
    write("deal:2", 2)
    listen(5)
    follow("ears")
    assert heard == [event.pk for event in Event.objects.filter(kind="offer.recorded").order_by("pk")]
    assert len(heard) == handled() == 5


def test_it_reads_in_batches_of_one_transaction_each(write, heard, listen, monkeypatch):
    monkeypatch.setattr(following, "BATCH", 2)
    write("deal:1", 5)
    listen(1)
    assert heard == ids()
    assert follow("ears") == 0


def test_it_stops_between_batches_when_its_time_is_up(write, heard, listen, monkeypatch):
    write("deal:1", 1)
    listen(1)
    monkeypatch.setattr(following, "BATCH", 2)
    write("deal:1", 5)
    ends = time.monotonic() + 30
    while len(heard) == 1 and time.monotonic() < ends:
        assert follow("ears", ends=0) in (0, 2)
    assert heard == ids()[:3]


class Late(threading.Thread):
    """A transaction on a connection of its own that has recorded an event and commits when told to."""

    def __init__(self, now: Any) -> None:
        super().__init__(daemon=True)
        self.now, self.written, self.go_on = now, threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                record("deal:late", "offer.recorded", by=None, at=self.now)
                self.written.set()
                self.go_on.wait(30)
        finally:
            connection.close()

    def commit(self) -> None:
        self.go_on.set()
        self.join(30)


def by_id_alone(seen: list[int]) -> None:
    """The reader that everybody writes first."""
    seen.extend(Event.objects.filter(pk__gt=max(seen, default=0)).order_by("pk").values_list("pk", flat=True))


@pytest.mark.concurrency
def test_an_event_that_commits_late_is_never_skipped(write, now, heard, listen):
    late = Late(now)
    naive: list[int] = []
    late.start()
    assert late.written.wait(30)
    (quick,) = write("deal:quick", 1)
    for _ in range(3):
        assert follow("ears") == 0  # it may not pass a transaction that still runs
    by_id_alone(naive)
    late.commit()
    listen(2)
    by_id_alone(naive)
    first = Event.objects.get(stream="deal:late").pk
    assert first < quick.pk
    assert heard == [first, quick.pk]
    assert naive == [quick.pk]  # the late one is lost for it


@pytest.mark.concurrency
def test_a_transaction_that_began_first_and_wrote_last_is_not_skipped(write, now, heard, listen):
    """Its id is the higher one, its txid the lower: without the horizon its place would be passed."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                Team.objects.create(name="takes a number", region="DACH")
                begun.set()
                go_on.wait(30)
                record("deal:slow", "offer.recorded", by=None, at=now)
        finally:
            connection.close()

    thread = threading.Thread(target=slow, daemon=True)
    thread.start()
    assert begun.wait(30)
    (quick,) = write("deal:quick", 1)
    assert follow("ears") == 0
    go_on.set()
    thread.join(30)
    listen(2)
    last = Event.objects.get(stream="deal:slow")
    assert last.pk > quick.pk
    assert last.txid < quick.txid
    assert heard == [last.pk, quick.pk]


@pytest.mark.concurrency
def test_many_at_once_hand_over_each_event_once(race, write, heard, listen):
    write("deal:1", 1)
    listen(1)
    write("deal:1", 40)
    hand_over = [lambda: follow("ears")] * 4
    ends = time.monotonic() + 30
    while len(heard) < 41 and time.monotonic() < ends:
        assert [type(end) for end in race(*hand_over)] == [int] * 4
    assert heard == ids()
    assert handled() == 41


@pytest.mark.concurrency
def test_while_one_is_at_it_another_neither_waits_nor_reads(write, heard, listen):
    write("deal:1", 1)
    listen(1)
    write("deal:1", 1)
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                following.hold("ears")
                held.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert held.wait(30)
    began = time.monotonic()
    assert follow("ears") == 0
    assert time.monotonic() - began < 1
    go_on.set()
    thread.join(30)
    listen(2)
    assert heard == ids()


def test_one_that_fails_stands_still_and_says_why(write, heard, listen):
    write("deal:1", 3)
    second = ids()[1]
    hearing.FAILING.add(second)
    ends = time.monotonic() + 30
    while not health.standing_still() and time.monotonic() < ends:
        follow("ears")
    follower = Follower.objects.get()
    assert follower.last_error == f"Event {second}: DataError: division by zero\n"
    assert follower.event == ids()[0]
    assert handled() == 1  # what the failing call had done is undone, what went before stays
    hearing.FAILING.clear()
    follow("ears")
    assert (health.standing_still(), handled()) == (0, 3)
    assert heard == [ids()[0], second, second, ids()[2]]


def test_a_sweep_lets_every_follower_read_on_whatever_another_does(write, now, settings, heard):
    settings.FOLLOWERS = {"ears": PATH, "closings": f"{hearing.__name__}.listen_to_closings"}
    write("deal:1", 1)
    with transaction.atomic():
        closed = record("deal:1", "deal.closed", by=None, at=now)
    hearing.FAILING.add(ids()[0])
    ends = time.monotonic() + 30
    while not (-closed.pk in heard and health.standing_still()) and time.monotonic() < ends:
        sweep(now)
    assert -closed.pk in heard
    assert health.standing_still() == 1


def test_what_a_dying_process_had_handed_over_comes_again(write, listen, monkeypatch):
    write("deal:1", 2)

    def die(*said: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(following, "move", die)
        with pytest.raises(SystemExit):
            follow("ears")
    assert handled() == 0
    hearing.HEARD.clear()
    listen(2)
    assert handled() == 2


def test_it_can_begin_again_from_the_first_event(write, heard, listen):
    write("deal:1", 2)
    listen(2)
    Team.objects.all().delete()
    again("ears")
    listen(4)
    assert heard == [*ids(), *ids()]
    with pytest.raises(ValueError, match="names no 'nobody'"):
        again("nobody")


def test_the_command_says_how_far_each_is(write, heard, listen, capsys):
    write("deal:1", 2)
    listen(2)
    Team.objects.all().delete()
    call_command("follow", "--again", "ears")
    said, wrong = capsys.readouterr()
    assert said.startswith("ears: 2 events, now at ")
    assert wrong == ""
    hearing.FAILING.add(ids()[0])
    call_command("follow", "--again", "ears")
    assert f"ears stands still. Event {ids()[0]}: " in capsys.readouterr().err
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("follow", "--again", "nobody")


def test_catching_up_covers_what_the_same_transaction_wrote(now, heard, listen):
    with transaction.atomic():
        record("deal:1", "offer.recorded", by=None, at=now)
        catch_up()
        assert heard == ids()
        Team.objects.all().delete()
    listen(2)
    assert heard == ids() * 2  # and once more after the commit


def test_a_ledger_from_another_server_is_noticed(write, heard, listen):
    write("deal:1", 1)
    listen(1)
    Follower.objects.update(txid=2**40)
    write("deal:1", 1)
    assert follow("ears") == 0
    follower = Follower.objects.get()
    assert follower.last_error == following.OTHER_SERVER
    assert follower.txid == 2**40
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("tests.ledger.hearing.nothing", "does not define"),
        (f"{hearing.__name__}.HEARD", "it is not a function"),
        (f"{hearing.__name__}.deaf", "it is not marked with ledger.follow.hears"),
    ],
)
def test_a_follower_that_cannot_hear_stops_the_start(settings, path, said):
    settings.FOLLOWERS = {"ears": path}
    (found,) = [each for each in run_checks() if each.id == "ledger.E002"]
    assert found.msg.startswith(f"FOLLOWERS['ears'] names {path!r}: ")
    assert said in found.msg
