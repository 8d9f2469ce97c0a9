"""Running an import: stage its rows, land its deals batch by batch, go on wherever it was."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Q

from base import clock
from base.errors import Busy, WrongState
from base.locales import HOUSE, speaking
from base.words import say
from deals.importing.fit import Fitted, fit_import
from deals.importing.land import land, lock_of, try_out
from deals.importing.past import PastDeal, Refused
from deals.importing.reading import Unreadable
from deals.importing.shaping import BadRow, Staged
from deals.importing.sources import Misfit
from deals.importing.stage import stage
from deals.importing.stop import NOW
from deals.models import Import, ImportRefusal, ImportRow
from ledger.record import record

BATCH = 200  # deals landed in one transaction
Status = Import.Status
Progress = Callable[[Import], None]


@speaking(HOUSE)  # why a row is refused is kept
def run(import_: Import, *, seconds: float | None = None, on_progress: Progress | None = None) -> Import:
    """Bring the import as far as it goes: to its end, until it is stopped, or for about `seconds`.

    Each batch is a transaction of its own; one that is killed goes on after its last batch. Raises Busy while
    another import of the same source runs, WrongState when this one is not to run.
    """
    with alone(import_.source):
        import_.refresh_from_db()
        begin(import_)
        turn = Turn(import_, time.monotonic() + seconds if seconds is not None else None, on_progress)
        try:
            fitted = fit_import(import_)
            today = clock.date_of(import_.started_at or clock.now())
            if not import_.staged:
                stage(import_, fitted, today, turn.go_on)
        except (Misfit, Unreadable) as error:
            return fail(import_, str(error))
        while import_.staged and turn.more() and land_batch(import_, fitted):
            turn.tell()
    return import_


@contextmanager
def alone(source: str) -> Iterator[None]:
    """Nobody else runs an import of this source meanwhile; a connection that dies lets go of it."""
    lock = [lock_of("import", source)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", lock)
        if not cursor.fetchone()[0]:
            raise Busy(say("Another import of {source} is running. Let it end first.", source=source))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", lock)


@dataclass(frozen=True, slots=True)
class Turn:
    """How long this run may go on, and who is told."""

    import_: Import
    ends: float | None
    on_progress: Progress | None

    def more(self) -> bool:
        return self.import_.status == Status.RUNNING and (self.ends is None or time.monotonic() < self.ends)

    def tell(self) -> None:
        if self.on_progress:
            self.on_progress(self.import_)

    def go_on(self) -> bool:
        """After a chunk of rows: tell, and see whether somebody stopped it."""
        self.tell()
        self.import_.refresh_from_db(fields=["status"])
        return self.more()


def begin(import_: Import) -> None:
    if import_.status == Status.CHECKED:
        import_.status, import_.started_at = Status.RUNNING, clock.now()
        import_.save(update_fields=["status", "started_at"])
    if import_.status != Status.RUNNING:
        raise WrongState(say(NOW[Status(import_.status)]))


@transaction.atomic
def fail(import_: Import, why: str) -> Import:
    import_.status, import_.error = Status.FAILED, why
    import_.save(update_fields=["status", "error"])
    record(import_.stream, "import_failed", by=None, at=clock.now())
    return import_


@transaction.atomic
def land_batch(import_: Import, fitted: Fitted) -> bool:
    """The next deals in the order of (day, key), or the end. False when there is nothing more to do."""
    held = Import.objects.select_for_update(no_key=True).only("status").get(pk=import_.pk)
    import_.status = held.status
    if held.status != Status.RUNNING:
        return False
    places = next_places(import_)
    if not places:
        finish(import_)
        return False
    groups = groups_of(import_, places)
    shaped = {key: fitted.shaper.shape(key, rows) for key, rows in groups.items()}
    deals = [one for one in shaped.values() if isinstance(one, PastDeal)]
    bad = [row for one in shaped.values() if not isinstance(one, PastDeal) for row in one]
    new, same, refused = landed(import_, deals)
    bad += [row for one in refused for row in rows_of(one, groups[one.key], fitted)]
    write_refusals(import_, bad)
    import_.deals_new += new
    import_.deals_same += same
    import_.deals_refused += len(refused) + len(shaped) - len(deals)
    import_.rows_refused += len(bad)
    import_.past_day, import_.past_key = places[-1]
    import_.beat_at = clock.now()
    import_.save()
    return True


def landed(import_: Import, deals: Sequence[PastDeal]) -> tuple[int, int, tuple[Refused, ...]]:
    """How many are new, how many were in already, and what was refused. A dry run writes no deal."""
    if import_.dry_run:
        tried = try_out(deals, version=import_.version, at=clock.now())
        return len(tried.ready), tried.same, tried.refused
    done = land(deals, version=import_.version, by=import_.by, at=clock.now(), import_=import_)
    return len(done.new), done.same, done.refused


def next_places(import_: Import) -> list[tuple[date, str]]:
    """Day and key of the deals of the next batch."""
    rows = ImportRow.objects.filter(origin=import_)
    if import_.past_day:
        same_day = Q(day=import_.past_day, key__gt=import_.past_key)
        rows = rows.filter(Q(day__gt=import_.past_day) | same_day, day__gte=import_.past_day)
    return list(rows.order_by("day", "key").values_list("day", "key").distinct()[:BATCH])


def groups_of(import_: Import, places: Sequence[tuple[date, str]]) -> dict[str, list[Staged]]:
    """The rows of each deal, in their order in the file."""
    days = {day for day, _ in places}
    rows = ImportRow.objects.filter(origin=import_, day__in=days, key__in=[key for _, key in places])
    ordered = rows.order_by("day", "key", "number").values_list("key", "number", "cells", "fault")
    return {
        key: [Staged(number, tuple(json.loads(cells)), fault) for _, number, cells, fault in its]
        for key, its in groupby(ordered, key=lambda row: row[0])
    }


def rows_of(refused: Refused, rows: Sequence[Staged], fitted: Fitted) -> Iterator[BadRow]:
    """Every row of a deal that did not land: the first names what is wrong."""
    for place, row in enumerate(rows):
        column, value = (fitted.column(refused.field), refused.value) if not place else ("", "")
        yield BadRow(row, column, value, refused.reason)


def write_refusals(import_: Import, bad: Sequence[BadRow]) -> None:
    ImportRefusal.objects.bulk_create(
        ImportRefusal(
            origin=import_,
            row=each.row.number,
            column=each.column,
            value=each.value,
            reason=each.reason,
            cells=json.dumps(each.row.cells, ensure_ascii=False),
        )
        for each in bad
    )


def finish(import_: Import) -> None:
    """Done: the staged rows have served."""
    ImportRow.objects.filter(origin=import_).delete()
    import_.status, import_.finished_at = Status.DONE, clock.now()
    import_.save()
    counts = {"new": import_.deals_new, "same": import_.deals_same, "refused": import_.deals_refused}
    record(import_.stream, "import_done", by=None, at=import_.finished_at, deals=counts)
