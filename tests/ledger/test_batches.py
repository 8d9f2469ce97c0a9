"""Effects of one kind that are taken together: one transaction, one reading, one writing, and what becomes of
the others when one fails."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from structlog.contextvars import get_contextvars

from base.errors import Busy
from deals.models import Deal
from ledger import batch
from ledger.batch import at_end, forget, kept, know, once
from ledger.effects import alike, cancel, planned, schedule_all, write_down
from ledger.handlers import Together, together
from ledger.models import Effect, Event
from ledger.record import record
from ledger.sweep import sweep
from ledger.verify import verify
from tests.brandt import make_brandt
from tests.cast import make_cast
from tests.ledger import acts

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch, settings) -> Callable[..., None]:
    """several(handler): the kind "several" is handled by it, together."""

    def several_(handler: Together) -> None:
        monkeypatch.setattr(acts, "several", together(handler), raising=False)
        settings.EFFECTS |= {"several": f"{acts.__name__}.several"}

    return several_


def plan(now: datetime, *kinds: str, key: str = "step:{}") -> None:
    schedule_all(
        planned(kind, key.format(place), f"{kind}:{place}", now - timedelta(minutes=99 - place))
        for place, kind in enumerate(kinds)
    )


def act_all(effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    for effect in effects:
        acts.act(effect, now)
    return []


def test_they_share_one_transaction_and_each_is_done(now, several):
    logged: list[object] = []

    def act_and_look(effects: Sequence[Effect], at: datetime) -> Sequence[Effect]:
        logged.append(get_contextvars().get("effect_kind"))
        return act_all(effects, at)

    several(act_and_look)
    plan(now, "several", "several", "several")
    assert sweep(now) == 3
    assert logged == ["several"]
    assert "effect_kind" not in get_contextvars()
    assert Event.objects.count() == 3
    assert len(set(Event.objects.values_list("txid", flat=True))) == 1
    assert set(Effect.objects.values_list("state", "attempts")) == {("done", 1)}
    assert verify().faults == ()


def test_those_of_a_kind_are_together_and_the_longest_due_begins(now, several):
    several(act_all)
    plan(now, "several", "several", "act", "act", "several", "act")
    rows = list(Effect.objects.order_by("due_at"))
    assert [[row.kind for row in those] for those in alike(rows)] == [
        ["several", "several", "several"],
        ["act"],
        ["act"],
        ["act"],
    ]


def test_when_one_fails_the_others_are_done_alone_and_none_twice(now, several):
    def fail_at_two(effects: Sequence[Effect], at: datetime) -> Sequence[Effect]:
        act_all(effects, at)
        if any(effect.key == "step:2" for effect in effects):
            raise ConnectionError("nobody answers")
        return []

    several(fail_at_two)
    plan(now, *["several"] * 4)
    assert sweep(now) == 4
    assert sorted(Event.objects.values_list("stream", flat=True)) == ["step:0", "step:1", "step:3"]
    failed = Effect.objects.get(key="step:2")
    assert (failed.state, failed.attempts, failed.last_error) == (
        "pending",
        1,
        "ConnectionError: nobody answers",
    )
    assert Effect.objects.filter(state="done").count() == 3


def test_what_the_handler_leaves_is_done_alone(now, several):
    sizes: list[int] = []

    def leave_the_first(effects: Sequence[Effect], at: datetime) -> Sequence[Effect]:
        sizes.append(len(effects))
        left = effects[: len(effects) - 1][:1]
        act_all([effect for effect in effects if effect not in left], at)
        return left

    several(leave_the_first)
    plan(now, *["several"] * 3)
    assert sweep(now) == 3
    assert sizes == [3, 1]
    assert Event.objects.count() == 3
    assert set(Effect.objects.values_list("state", "attempts")) == {("done", 1)}


def test_what_is_overtaken_meanwhile_takes_nothing_with_it(now, several):
    def overtake_the_first(effects: Sequence[Effect], at: datetime) -> Sequence[Effect]:
        act_all(effects, at)
        if len(effects) > 1:
            Effect.objects.filter(pk=effects[0].pk).update(state="cancelled")
        return []

    several(overtake_the_first)
    plan(now, "several", "several")
    sweep(now)
    assert Event.objects.count() == 2
    assert set(Effect.objects.values_list("state", flat=True)) == {"done"}


def test_a_handler_cancels_none_of_those_it_was_given(now, several):
    def tidy_up(effects: Sequence[Effect], at: datetime) -> Sequence[Effect]:
        act_all(effects, at)
        assert cancel("step") == 1
        return []

    several(tidy_up)
    plan(now, "several", "several", key="step:{}")
    schedule_all([planned("act", "step:9", "later", now + MINUTE)])
    sweep(now)
    assert dict(Effect.objects.values_list("dedupe_key", "state")) == {
        "several:0": "done",
        "several:1": "done",
        "later": "cancelled",
    }


def test_what_is_written_in_a_batch_is_written_at_its_end_and_in_order(now):
    with transaction.atomic(), batch.batch():
        for kind in ("a", "b"):
            record("deal:2", kind, by=None, at=now)
        record("deal:1", "c", by=None, at=now)
        assert Event.objects.count() == 0
    said = Event.objects.order_by("pk").values_list("stream", "sequence", "kind")
    assert list(said) == [("deal:2", 1, "a"), ("deal:2", 2, "b"), ("deal:1", 1, "c")]
    assert verify().faults == ()
    with transaction.atomic():
        assert record("deal:2", "d", by=None, at=now).sequence == 3
    assert verify().faults == ()


def test_a_batch_that_ends_badly_writes_nothing(now):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), batch.batch():
        record("deal:1", "a", by=None, at=now)
        raise ZeroDivisionError
    assert Event.objects.count() == 0
    assert batch.running.get() is None


def test_what_is_cancelled_before_it_was_written_is_never_due(now):
    with transaction.atomic(), batch.batch():
        schedule_all(planned("act", key, f"act:{key}", now) for key in ("step:1", "step:1:seat:2", "step:12"))
        assert cancel("step:1") == 0
        assert [effect.key for effect in kept(write_down)] == ["step:12"]
    assert list(Effect.objects.values_list("key", flat=True)) == ["step:12"]


def test_in_a_batch_a_thing_is_read_once_until_it_is_forgotten():
    read: list[int] = []

    def count() -> int:
        read.append(1)
        return len(read)

    assert [once("n", count), once("n", count)] == [1, 2]
    know("n", 99)
    assert once("n", count) == 3
    with batch.batch():
        assert [once("n", count), once("n", count)] == [4, 4]
        know("n", 99)
        assert once("n", count) == 99
        forget("n")
        assert once("n", count) == 5


def test_what_a_write_keeps_in_turn_is_written_too():
    written: list[str] = []

    def last(rows: list[str]) -> None:
        written.extend(rows)

    def first(rows: list[str]) -> None:
        written.extend(rows)
        at_end(last, ["then"])

    with batch.batch():
        at_end(first, ["one"])
        at_end(first, ["two"])
        assert written == []
    assert written == ["one", "two", "then"]


@pytest.mark.concurrency
def test_of_several_deals_a_locked_one_is_left_and_one_alone_is_waited_for(race):
    first = make_brandt(make_cast())
    second = Deal.objects.get(pk=first.pk)
    second.pk, second.number = None, "D-1285"
    second.save()

    def lock(*pks: int) -> list[int]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', '300ms', true)")
            return list(Deal.objects.lock_all(pks))

    with transaction.atomic():
        Deal.objects.lock(first.pk)
        (several,) = race(lambda: lock(second.pk, first.pk))
        (alone,) = race(lambda: lock(first.pk))
    assert several == [second.pk]
    assert isinstance(alone, Busy)
    assert lock(second.pk, first.pk) == sorted([first.pk, second.pk])
