import time

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from dealdesk import env
from ledger import tasks
from ledger.effects import ring, schedule
from ledger.models import Effect, Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queued():
    client = redis.Redis.from_url(env.redis_url("REDIS_URL", settings.REDIS_URL))
    client.flushdb()
    yield lambda: client.llen("celery")
    client.close()


def test_the_bell_rings_after_the_commit(queued):
    with transaction.atomic():
        ring()
        assert queued() == 0
    assert queued() == 1


def test_the_bell_does_not_ring_for_a_change_that_is_undone(queued):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ring()
        raise ZeroDivisionError
    assert queued() == 0


def test_without_a_broker_the_change_stays_and_nobody_waits(now, monkeypatch, caplog):
    # in this order: the one to write to, where none is set, is read as the other
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    began = time.monotonic()
    with transaction.atomic():
        schedule("act", "step:1", "act:1:1:1", now)
        ring()
    assert time.monotonic() - began < 1
    assert Effect.objects.count() == 1
    assert "knock" in caplog.text


def test_the_tasks_do_what_is_due(now):
    schedule("act", "step:1", "act:1:1:1", now)
    second = schedule("act", "step:2", "act:2:1:1", now)
    tasks.deliver_one(second.pk)
    assert list(Event.objects.values_list("stream", flat=True)) == ["step:2"]
    tasks.sweep()
    assert set(Event.objects.values_list("stream", flat=True)) == {"step:1", "step:2"}
    assert tasks.sweep.name == "ledger.tasks.sweep"
