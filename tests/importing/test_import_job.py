"""The import in the background: slices, each an effect; stopped, killed, failing, taking turns."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import connection

from base import clock
from base.errors import NotYours, WrongState
from deals.importing import job
from deals.importing import run as running
from deals.importing.land import lock_of
from deals.importing.stop import stop
from deals.models import Deal, Import, ImportRow
from ledger.claim import LEASE, TRIES
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import begin, row

pytestmark = pytest.mark.django_db(transaction=True)
LATER = LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def place(cast: Cast, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of ten deals; a clock that moves on by 8 s whenever a slice looks at it."""
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)
    seconds = count(0, 8)
    monkeypatch.setattr(running, "BATCH", 10)
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(seconds)))


def of(cast: Cast, deals: int, *more: str) -> Import:
    return begin([row(f"A{number:03}") for number in range(deals)] + list(more), cast.ines)


def swept() -> int:
    return sweep(clock.now())


def test_an_import_lands_slice_by_slice_each_an_effect_of_its_own(cast: Cast) -> None:
    import_ = of(cast, 45, row("B", net="viel"))
    job.begin(import_, by=cast.ines, dry_run=False)
    landed = []
    while swept():
        import_.refresh_from_db()
        landed.append((import_.deals_new, import_.status))
    assert landed == [(10, "running"), (30, "running"), (45, "running"), (45, "done")]
    assert (import_.deals_refused, import_.rows_refused) == (1, 1)
    effects = list(Effect.objects.filter(kind="import").order_by("pk"))
    assert [effect.state for effect in effects] == ["done"] * 4
    assert [effect.facts["slice"] for effect in effects] == [1, 2, 3, 4]
    assert [effect.facts["seen"] for effect in effects] == [0, 10, 30, 46]
    assert len({effect.dedupe_key for effect in effects}) == 4
    assert [event.kind for event in Event.objects.of(import_.stream)] == [
        "import_checked",
        "import_began",
        "import_done",
    ]
    assert ImportRow.objects.count() == 0
    assert verify().faults == ()


def test_one_sweep_does_one_slice_so_that_other_work_gets_its_turn(cast: Cast) -> None:
    import_ = of(cast, 45)
    job.begin(import_, by=cast.ines, dry_run=False)
    assert swept() == 1
    slice_ = job.pending(import_)
    assert slice_ is not None
    assert slice_.facts["slice"] == 2


def test_only_the_desk_begins_an_import_and_only_once(cast: Cast) -> None:
    import_ = of(cast, 1)
    for who in (cast.robin, cast.maya, cast.marcus):
        with pytest.raises(NotYours):
            job.begin(import_, by=who, dry_run=False)
    import_.refresh_from_db()
    assert (import_.status, Effect.objects.count()) == ("checked", 0)
    job.begin(import_, by=cast.ines, dry_run=False)
    with pytest.raises(WrongState, match="running by now"):
        job.begin(import_, by=cast.ines, dry_run=False)
    assert Effect.objects.count() == 1


def test_a_slice_that_finds_the_import_stopped_does_nothing(cast: Cast) -> None:
    import_ = of(cast, 45)
    job.begin(import_, by=cast.ines, dry_run=False)
    swept()
    stop(import_, by=cast.ines)
    assert (swept(), swept()) == (1, 0)
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, Deal.objects.count()) == ("stopped", 10, 10)
    assert Effect.objects.count() == 2

    job.go_on(import_, by=cast.ines)
    while swept():
        pass
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, import_.deals_same) == ("done", 45, 0)
    assert Deal.objects.count() == 45


def test_stopped_in_the_middle_of_a_slice_it_ends_after_the_batch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = of(cast, 45)
    job.begin(import_, by=cast.ines, dry_run=False)
    swept()
    monkeypatch.setattr(running.Turn, "tell", lambda turn: stop(import_, by=cast.ines))
    swept()
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, Deal.objects.count()) == ("stopped", 20, 20)
    assert job.pending(import_) is None


def killed_in_batch(number: int) -> int:
    """Sweep in a process of its own that is killed once the deals of a batch are written, not committed."""
    child = os.fork()
    if not child:
        connection.connection = None  # the parent's, which it must not close
        inner, calls = running.landed, count(1)

        def landed(*args: Any) -> Any:
            found = inner(*args)
            if next(calls) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        running.landed = landed  # type: ignore[assignment]
        swept()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.concurrency
def test_a_worker_killed_in_the_middle_of_a_batch_loses_that_batch_and_no_more(cast: Cast) -> None:
    import_ = of(cast, 45)
    job.begin(import_, by=cast.ines, dry_run=False)
    swept()
    assert killed_in_batch(2) == signal.SIGKILL
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, Deal.objects.count()) == ("running", 20, 20)
    held = job.pending(import_)
    assert held is not None
    assert held.attempts == 1
    assert swept() == 0  # the dead worker's lease

    at = clock.now() + LATER
    while sweep(at):
        at = max(at, clock.now()) + LATER
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, import_.deals_same) == ("done", 45, 0)
    assert Deal.objects.count() == 45
    assert Counter(Event.objects.filter(kind="deal.imported").values_list("stream")).most_common(1)[0][1] == 1
    assert verify().faults == ()


def test_a_slice_done_again_after_its_end_plans_nothing_twice(cast: Cast) -> None:
    import_ = of(cast, 45)
    job.begin(import_, by=cast.ines, dry_run=False)
    first = Effect.objects.get()
    job.work(first, clock.now())
    job.work(first, clock.now())
    assert Effect.objects.count() == 2
    while swept():
        pass
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, Deal.objects.count()) == ("done", 45, 45)


def test_what_fails_is_tried_again_and_at_last_waits_for_a_person(cast: Cast) -> None:
    import_ = of(cast, 5)
    job.begin(import_, by=cast.ines, dry_run=False)
    kept = import_.path.read_bytes()
    import_.path.unlink()
    at = clock.now()
    for _ in range(TRIES):
        assert sweep(at) == 1
        at += timedelta(hours=7)
    lost = job.given_up(import_)
    assert lost is not None
    assert "No such file" in lost.last_error
    assert job.pending(import_) is None

    import_.path.write_bytes(kept)
    job.go_on(import_, by=cast.ines)
    while swept():
        pass
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new) == ("done", 5)


def test_an_import_that_runs_needs_nobody_to_go_on(cast: Cast) -> None:
    import_ = of(cast, 5)
    job.begin(import_, by=cast.ines, dry_run=False)
    with pytest.raises(WrongState, match="running by now"):
        job.go_on(import_, by=cast.ines)
    with pytest.raises(NotYours):
        job.go_on(import_, by=cast.robin)
    assert Effect.objects.count() == 1


@pytest.fixture
def other_import() -> Iterator[Any]:
    """Somebody else's connection, which holds what an import of the same source holds."""
    with closing(psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})) as held:
        held.autocommit = True
        with held.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_of("import", "old-crm")])
            yield cursor


def test_while_another_import_of_the_source_runs_this_one_waits_its_turn(
    cast: Cast, other_import: Any
) -> None:
    import_ = of(cast, 5)
    job.begin(import_, by=cast.ines, dry_run=False)
    for _ in range(TRIES + 2):
        waiting = job.pending(import_)
        assert waiting is not None
        assert sweep(waiting.due_at) == 1
    waiting = job.pending(import_)
    assert waiting is not None
    assert waiting.attempts == 0
    assert clock.now() < waiting.due_at <= clock.now() + job.OTHERS_TURN
    assert (Deal.objects.count(), Effect.objects.filter(state="parked").count()) == (0, 0)

    other_import.execute("SELECT pg_advisory_unlock_all()")
    sweep(waiting.due_at)
    import_.refresh_from_db()
    assert import_.deals_new == 5


def test_what_was_only_tried_lands_from_the_same_files_under_the_same_policy(cast: Cast) -> None:
    tried = of(cast, 5, row("B", net="viel"))
    job.begin(tried, by=cast.ines, dry_run=True)
    while swept():
        pass
    tried.refresh_from_db()
    assert (tried.status, tried.deals_new, tried.deals_refused) == ("done", 5, 1)
    assert Deal.objects.count() == 0

    landed = job.land_tried(tried, by=cast.ines)
    while swept():
        pass
    landed.refresh_from_db()
    assert (landed.status, landed.dry_run, landed.deals_new, landed.deals_refused) == ("done", False, 5, 1)
    assert (landed.sha256, landed.mapping, landed.version) == (tried.sha256, tried.mapping, tried.version)
    assert Deal.objects.count() == 5
    with pytest.raises(WrongState):
        job.land_tried(landed, by=cast.ines)
    with pytest.raises(NotYours):
        job.land_tried(tried, by=cast.robin)
    assert Import.objects.count() == 2
