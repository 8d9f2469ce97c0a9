"""An import in the background: slices of `run`, each an effect that plans the next.

A slice whose worker is killed comes back when its lease runs out, and `run` goes on after its last batch. The
next slice is due only after the sweep that planned it began: whatever else is due then comes first.
"""

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from base import clock
from base.errors import Busy, WrongState
from base.words import say
from deals.importing import stop
from deals.importing.run import run
from deals.importing.start import judge_by, start
from deals.importing.stop import refuse_unless_desk
from deals.models import Import
from ledger.effects import ring, schedule
from ledger.handlers import external
from ledger.models import Effect
from ledger.record import record
from people.models import User

KIND = "import"
SLICE = 20.0  # seconds: with a sweep's 30 and one batch it stays under Celery's time limit of 60
OTHERS_TURN = timedelta(seconds=15)
Status = Import.Status


@transaction.atomic
def begin(import_: Import, *, by: User, dry_run: bool) -> Import:
    """Let the background land, or only try, what was checked. Raises NotYours, WrongState (begun)."""
    refuse_unless_desk(by)
    at = clock.now()
    checked = Import.objects.filter(pk=import_.pk, status=Status.CHECKED)
    if not checked.update(status=Status.RUNNING, started_at=at, dry_run=dry_run):
        import_.refresh_from_db()
        raise WrongState(say(stop.NOW[Status(import_.status)]))
    import_.refresh_from_db()
    record(import_.stream, "import_began", by=by, at=at, rows=import_.rows_total)
    plan_first(import_, at)
    return import_


@transaction.atomic
def go_on(import_: Import, *, by: User) -> Import:
    """Take it up where it was: stopped, failed, or running with nobody at it. Raises NotYours, WrongState."""
    refuse_unless_desk(by)
    held = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if held.status != Status.RUNNING or pending(held):
        held = stop.go_on(held, by=by)
    plan_first(held, clock.now())
    return held


def land_tried(import_: Import, *, by: User) -> Import:
    """The same files and policy as of an import that only tried, now to land. Raises NotYours, WrongState,
    and what `start` raises."""
    refuse_unless_desk(by)
    if not (import_.dry_run and import_.status == Status.DONE):
        raise WrongState(say("Only what was tried to its end can be landed from here."))
    with ExitStack() as files:
        tables = {name: files.enter_context(path.open("rb")) for name, path in import_.table_paths.items()}
        file = files.enter_context(import_.path.open("rb"))
        made = start(file, import_.mapping, by=by, name=import_.name, tables=tables)
    return begin(judge_by(made, import_.version.number), by=by, dry_run=False)


def pending(import_: Import) -> Effect | None:
    """The slice that is due or being done; None when nobody will go on by themselves."""
    return slices(import_).filter(state=Effect.State.PENDING).last()


def given_up(import_: Import) -> Effect | None:
    """The slice that failed too often, if that is why nobody goes on."""
    return slices(import_).filter(state=Effect.State.PARKED).last()


def slices(import_: Import) -> "QuerySet[Effect]":
    return Effect.objects.filter(kind=KIND, key=import_.stream).order_by("pk")


def plan_first(import_: Import, at: datetime) -> None:
    plan(import_, at, {"run": at.isoformat(), "slice": 1, "pace": None})


def plan(import_: Import, at: datetime, facts: dict[str, Any]) -> None:
    """`read` and `seen`: rows and deals done with before this slice, from which the page takes its pace."""
    told = {"read": import_.rows_read, "seen": import_.deals_seen, "pk": import_.pk, **facts}
    schedule(KIND, import_.stream, f"{import_.stream}:{facts['run']}:{facts['slice']}", at, **told)
    ring()


@external
def work(effect: Effect, now: datetime) -> None:
    """One slice, and the plan of the next. Of an import that was stopped or is over, nothing."""
    facts, began = effect.facts, clock.now()
    import_ = Import.objects.filter(pk=facts["pk"], status=Status.RUNNING).first()
    if import_ is None:
        return
    pause = timedelta(0)
    try:
        run(import_, seconds=SLICE)
    except WrongState:  # stopped since
        return
    except Busy:  # another import of the same source: it ends, then this one goes on
        pause = OTHERS_TURN
    import_.refresh_from_db()
    if import_.status == Status.RUNNING:
        ended = clock.now()
        facts = {"run": facts["run"], "slice": facts["slice"] + 1, "pace": pace(facts, import_, began, ended)}
        plan(import_, ended + pause, facts)


def pace(facts: dict[str, Any], import_: Import, began: datetime, ended: datetime) -> str | None:
    """Deals a second since `facts` were written, rows a second while rows are read; None when none were."""
    seconds = (ended - began).total_seconds()
    done = import_.deals_seen - facts["seen"] if import_.staged else import_.rows_read - facts["read"]
    return f"{done / seconds:.1f}" if done > 0 and seconds > 0 else None
