"""An import in the background: slices of `run`, each an effect that plans the next.

A slice whose worker is killed comes back when its lease runs out, and `run` goes on after its last batch. The
next slice is due after the sweep that planned it began: what else is due then comes first.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from base import clock
from base.errors import Busy, WrongState
from deals.importing import stop
from deals.importing.run import run
from deals.importing.stop import refuse_unless_desk
from deals.models import Import
from ledger.effects import external, ring, schedule
from ledger.models import Effect
from ledger.record import record
from people.models import User

KIND = "import"
SLICE = 20.0  # seconds: a sweep's 30 and this stay under Celery's time limit of 60
OTHERS_TURN = timedelta(seconds=15)
Status = Import.Status


@transaction.atomic
def begin(import_: Import, *, by: User) -> Import:
    """Let the background land what was checked. Raises NotYours, WrongState (begun already, or stopped)."""
    refuse_unless_desk(by)
    at = clock.now()
    checked = Import.objects.filter(pk=import_.pk, status=Status.CHECKED)
    if not checked.update(status=Status.RUNNING, started_at=at):
        import_.refresh_from_db()
        raise WrongState(f"This import is {import_.get_status_display().lower()} by now.")
    import_.refresh_from_db()
    record(import_.stream, "import_began", by=by, at=at, rows=import_.rows_total)
    plan_first(import_, at)
    return import_


@transaction.atomic
def go_on(import_: Import, *, by: User) -> Import:
    """Take it up where it was: stopped, failed, or running with nobody at it. Raises NotYours, WrongState."""
    refuse_unless_desk(by)
    held = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if held.status != Status.RUNNING or waiting(held):
        held = stop.go_on(held, by=by)
    plan_first(held, clock.now())
    return held


def waiting(import_: Import) -> Effect | None:
    """The slice that is due or being done; None when nobody will go on by themselves."""
    slices = Effect.objects.filter(kind=KIND, key=import_.stream, state=Effect.State.PENDING)
    return slices.order_by("-pk").first()


def plan_first(import_: Import, at: datetime) -> None:
    """`at` and `seen` of this run from here: the page takes its rate from them."""
    plan(import_, at, {"pk": import_.pk, "number": 1, "since": at.isoformat(), "seen": import_.deals_seen})


def plan(import_: Import, at: datetime, facts: dict[str, Any]) -> None:
    schedule(KIND, import_.stream, f"{import_.stream}:{facts['since']}:{facts['number']}", at, **facts)
    ring()


@external
def work(effect: Effect, now: datetime) -> None:
    """One slice, and the next one's plan. Of an import that was stopped or is over, nothing."""
    facts = effect.facts
    import_ = Import.objects.filter(pk=facts["pk"], status=Status.RUNNING).first()
    if import_ is None:
        return
    pause = timedelta(0)
    try:
        run(import_, seconds=SLICE)
    except Busy:  # another import of the same source: it ends, then this one goes on
        pause = OTHERS_TURN
    if Import.objects.filter(pk=import_.pk, status=Status.RUNNING).exists():
        plan(import_, clock.now() + pause, facts | {"number": facts["number"] + 1})
