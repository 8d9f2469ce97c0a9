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


def silence(*args: Any, **kwargs: Any) -> None:
    raise celery.beat.SchedulingError("Couldn't apply scheduled task sweep: nobody answers")


@pytest.fixture
def tick(settings: Any) -> Callable[[], None]:
    """What the scheduler does when the next sweep is due."""
    settings.EFFECTS = {"act": "tests.ledger.acts.act"}
    scheduler = Scheduler(app, lazy=True)
    entry = celery.beat.ScheduleEntry(name="sweep", task=sweep.name, schedule=timedelta(seconds=15), app=app)
    return lambda: scheduler.apply_async(entry, advance=False)


def test_without_a_broker_the_scheduler_sweeps_itself(tick, monkeypatch, caplog):
    monkeypatch.setattr(celery.beat.Scheduler, "apply_async", silence)
    effect = schedule("act", "step:1", "act:1", clock.now())
    tick()
    effect.refresh_from_db()
    assert effect.state == Effect.State.DONE
    assert "nobody answers Done here." in caplog.text


def test_with_a_broker_the_scheduler_leaves_the_sweep_to_the_workers(tick, monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(
        celery.beat.Scheduler, "apply_async", lambda self, entry, **kwargs: heard.append(entry.task)
    )
    effect = schedule("act", "step:1", "act:1", clock.now())
    tick()
    effect.refresh_from_db()
    assert (effect.state, heard) == (Effect.State.PENDING, ["ledger.tasks.sweep"])
