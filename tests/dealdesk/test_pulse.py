from collections.abc import Callable
from datetime import timedelta
from typing import Any

import celery.beat
import pytest

from base import clock
from dealdesk.celery import app
from dealdesk.pulse import Scheduler
from ledger.effects import schedule
from ledger.models import Effect
from ledger.tasks import sweep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tick(settings: Any) -> Callable[[], None]:
    """What the scheduler does when the next sweep is due."""
    settings.EFFECTS = {"act": "tests.ledger.acts.act"}
    scheduler = Scheduler(app, lazy=True)
    entry = celery.beat.ScheduleEntry(name="sweep", task=sweep.name, schedule=timedelta(seconds=15), app=app)
    return lambda: scheduler.apply_async(entry, producer=scheduler.producer, advance=False)


def test_a_scheduler_that_finds_no_broker_waits_for_none_and_sweeps_itself(tick, monkeypatch, caplog):
    for name in ("broker_write_url", "broker_url"):
        monkeypatch.setattr(app.conf, name, "redis://127.0.0.1:1/0")
    effect = schedule("act", "step:1", "act:1", clock.now())
    tick()
    effect.refresh_from_db()
    assert effect.state == Effect.State.DONE
    assert "Done here." in caplog.text


def test_with_a_broker_the_scheduler_leaves_the_sweep_to_the_workers(tick):
    effect = schedule("act", "step:1", "act:1", clock.now())
    tick()
    effect.refresh_from_db()
    assert effect.state == Effect.State.PENDING
    sweep()
    effect.refresh_from_db()
    assert effect.state == Effect.State.DONE
