"""Claims in batches: what is leased together, what alone, and what becomes of it when a sweep ends early."""

from datetime import datetime, timedelta

import pytest
import redis
from django.conf import settings

from base import clock
from dealdesk import env
from ledger import tasks
from ledger.claim import claim, give_back
from ledger.effects import perform, planned, schedule_all
from ledger.handlers import external
from ledger.models import Effect, Event
from ledger.sweep import perform_until, sweep
from tests.ledger import acts

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


def plan(now: datetime, *kinds: str) -> list[int]:
    """One due effect of each kind, in this order; their ids."""
    places = list(enumerate(kinds))
    schedule_all(
        planned(kind, f"step:{place}", f"{kind}:{place}", now - timedelta(minutes=len(kinds) - place))
        for place, kind in places
    )
    return [Effect.objects.get(dedupe_key=f"{kind}:{place}").pk for place, kind in places]


def claimed(now: datetime) -> list[int]:
    return [effect.pk for effect in claim(now, 10)]


def test_what_acts_in_the_database_is_leased_together_and_a_message_alone(now):
    first, second, message, last = plan(now, "act", "act", "post", "act")
    assert claimed(now) == [first, second]
    assert claimed(now) == [message]
    assert claimed(now) == [last]
    assert claimed(now) == []


def test_what_was_tried_before_is_leased_alone(now):
    first, tried, last = plan(now, "act", "act", "act")
    Effect.objects.filter(pk=tried).update(attempts=1)
    assert [claimed(now), claimed(now), claimed(now)] == [[first], [tried], [last]]


def test_what_takes_its_worker_down_every_time_takes_the_others_with_it_once(now):
    poison, *others = plan(now, "act_then_die", *["act"] * 9)
    at, deaths = now, 0
    while Effect.objects.filter(state="pending").exists():
        try:
            sweep(at)
        except SystemExit:
            deaths += 1
        at += 121 * SECOND
    assert deaths == 8
    assert Effect.objects.get(pk=poison).state == "parked"
    assert set(Effect.objects.filter(pk__in=others).values_list("state", "attempts")) == {("done", 2)}
    assert Event.objects.count() == 9


def test_what_a_sweep_had_no_time_to_begin_is_given_back_without_a_try(now):
    plan(now, "act", "act")
    assert perform_until(0.0, claim(now, 10), now) == 0
    rows = Effect.objects.values_list("state", "attempts", "lease_until")
    assert list(rows) == [("pending", 0, None)] * 2
    assert len(claimed(now)) == 2


def test_what_was_given_back_too_late_stays_with_its_next_worker(now, monkeypatch):
    plan(now, "act")
    slow = claim(now)
    (fresh,) = claim(now + 121 * SECOND)
    give_back(slow)
    stored = Effect.objects.get()
    assert (stored.lease_until, stored.attempts) == (fresh.lease_until, 2)


def test_a_failure_that_broke_the_connection_is_written_down_all_the_same(now, monkeypatch):
    def cut_off(effect, at):
        Effect.objects.raw("SELECT 1 AS id FROM pg_terminate_backend(pg_backend_pid())")[0]

    monkeypatch.setattr(acts, "post", external(cut_off))
    (pk,) = plan(now, "post")
    (leased,) = claim(now)
    perform(leased, now)
    stored = Effect.objects.get(pk=pk)
    assert (stored.state, stored.lease_until) == ("pending", None)
    assert stored.due_at == now + 15 * SECOND
    assert stored.last_error.startswith("OperationalError: ")


def test_a_sweep_that_leaves_work_behind_wakes_the_next(monkeypatch):
    with redis.Redis.from_url(env.redis_url("REDIS_URL", settings.REDIS_URL)) as client:
        plan(clock.now(), "act", "act")
        monkeypatch.setattr("ledger.sweep.sweep", lambda at: 1)
        tasks.sweep()
        assert client.llen("celery") == 1
        monkeypatch.setattr("ledger.sweep.sweep", lambda at: 0)
        tasks.sweep()
        assert client.llen("celery") == 1
