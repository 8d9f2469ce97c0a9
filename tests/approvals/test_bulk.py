"""Many steps at once: each by itself, in the background, none twice, whatever dies in between."""

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import connection

from approvals import bulk as bulks
from approvals.bulk import Order, begin, foreseen, go_on, pending, work
from approvals.decide import Ruling, decide
from approvals.models import Bulk, BulkRow, Decision, Intervention, Request, Step
from approvals.submit import submit
from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from deals.share import share
from ledger.claim import LEASE, TRIES
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from people.models import User
from tests.approvals.desk_verbs import WHY, asked, everything, let_override
from tests.brandt import brandt_draft, make_brandt, step_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
AGREE = Decision.Verdict.AGREE


def more_like(deal: Deal, cast: Cast, number: str) -> Deal:
    account = Account.objects.create(name=f"Account of {number}", segment="Enterprise", region="DACH")
    made = create(
        "The same again", account, by=cast.maya, deal_type="New business", currency="EUR", number=number
    )
    return save_draft(made, by=cast.maya, version=made.version, changes=brandt_draft(cast))


@pytest.fixture
def steps(cast: Cast) -> list[Step]:
    """What Finance is asked in three deals, each waiting for Henrik."""
    first = make_brandt(cast)
    deals = [first, more_like(first, cast, "D-2001"), more_like(first, cast, "D-2002")]
    return [step_of(submit(deal, by=cast.maya), "finance") for deal in deals]


def to_dana(cast: Cast) -> Order:
    return Order(Bulk.Verb.REASSIGN, WHY, to=cast.dana)


def start(steps: list[Step], cast: Cast, order: Order, by: User | None = None) -> Bulk:
    return begin({step.pk: step.terms_hash for step in steps}, by=by or cast.ines, order=order)


def to_the_end() -> None:
    while sweep(clock.now()):
        pass


def outcomes(bulk: Bulk) -> list[tuple[str, str]]:
    return [(row.outcome, row.why) for row in bulk.rows.order_by("pk")]


def test_each_step_is_done_or_refused_with_the_reason(steps: list[Step], cast: Cast) -> None:
    share(steps[1].deal, with_=cast.dana, role="viewer", by=cast.maya, at=clock.now())
    share(steps[2].deal, with_=cast.dana, role="team", by=cast.maya, at=clock.now())
    bulk = start(steps, cast, to_dana(cast))
    assert outcomes(bulk) == [("waiting", "")] * 3

    to_the_end()

    assert outcomes(bulk) == [
        ("done", ""),
        ("done", ""),
        ("refused", "Dana Whitlock is on the deal team of D-2002."),
    ]
    assert [asked(step) for step in steps] == [[cast.dana], [cast.dana], [cast.henrik]]
    assert [(one.by, one.reason) for one in Intervention.objects.all()] == [(cast.ines, WHY)] * 2
    bulk.refresh_from_db()
    assert bulk.ended_at is not None
    assert [effect.state for effect in Effect.objects.filter(kind="bulk")] == ["done"]
    assert verify().faults == ()


def test_what_is_foreseen_is_what_happens_and_changes_nothing(steps: list[Step], cast: Cast) -> None:
    share(steps[2].deal, with_=cast.dana, role="team", by=cast.maya, at=clock.now())
    seen = {step.pk: step.terms_hash for step in steps}
    before = everything()
    found = foreseen(Step.objects.filter(pk__in=seen), seen, by=cast.ines, order=to_dana(cast))
    assert everything() == before
    bulk = start(steps, cast, to_dana(cast))
    to_the_end()
    assert found == {row.step_id: row.why for row in bulk.rows.all()}


def test_more_time_for_many(steps: list[Step], cast: Cast) -> None:
    bulk = start(steps, cast, Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    to_the_end()
    assert outcomes(bulk) == [("done", "")] * 3
    assert list(Step.objects.filter(function="finance").values_list("allowance", flat=True)) == [780] * 3


def test_many_are_overridden_save_one_whose_terms_have_changed(steps: list[Step], cast: Cast) -> None:
    ines = let_override(cast.ines)
    bulk = start(steps, cast, Order(Bulk.Verb.OVERRIDE, WHY, verdict=AGREE), by=ines)
    Step.objects.filter(pk=steps[0].pk).update(terms_hash="0" * 64)
    to_the_end()
    assert outcomes(bulk) == [
        ("refused", "The terms changed after this page was opened."),
        ("done", ""),
        ("done", ""),
    ]
    assert [one.overridden for one in Decision.objects.all()] == [True, True]


def test_a_permission_taken_back_meanwhile_stops_the_rest(steps: list[Step], cast: Cast) -> None:
    ines = let_override(cast.ines)
    bulk = start(steps, cast, Order(Bulk.Verb.OVERRIDE, WHY, verdict=AGREE), by=ines)
    ines.user_permissions.clear()
    to_the_end()
    assert {outcome for outcome, _ in outcomes(bulk)} == {"refused"}
    assert not Decision.objects.exists()


def test_only_the_desk_begins_and_not_with_nothing_or_too_much(
    steps: list[Step], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (cast.maya, cast.henrik, cast.robin):
        with pytest.raises(NotYours):
            start(steps, cast, to_dana(cast), by=who)
    with pytest.raises(Invalid, match="between one and 500"):
        start([], cast, to_dana(cast))
    monkeypatch.setattr(bulks, "MOST", 2)
    with pytest.raises(Invalid, match="between one and 2"):
        start(steps, cast, to_dana(cast))
    assert (Bulk.objects.count(), BulkRow.objects.count()) == (0, 0)
    assert not Effect.objects.filter(kind="bulk").exists()


def test_slice_by_slice_each_an_effect_of_its_own(
    steps: list[Step], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count(0, 15)  # each look at the clock: a slice of 20 s takes one step
    monkeypatch.setattr(bulks, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    bulk = start(steps, cast, to_dana(cast))
    to_the_end()
    assert outcomes(bulk) == [("done", "")] * 3
    effects = list(Effect.objects.filter(kind="bulk").order_by("pk"))
    assert [effect.facts["slice"] for effect in effects] == [1, 2, 3]
    assert [effect.state for effect in effects] == ["done"] * 3


def test_a_slice_done_again_does_and_plans_nothing_twice(steps: list[Step], cast: Cast) -> None:
    bulk = start(steps, cast, to_dana(cast))
    effect = Effect.objects.get(kind="bulk")
    work(effect, clock.now())
    bulk.refresh_from_db()
    ended, before = bulk.ended_at, everything()
    work(effect, clock.now())
    bulk.refresh_from_db()
    assert (bulk.ended_at, everything()) == (ended, before)


def killed_at_step(number: int) -> int:
    """Sweep in a process of its own that is killed once a step is changed, before that is committed."""
    child = os.fork()
    if not child:
        connection.connection = None  # the parent's, which it must not close
        inner, calls = bulks.act, count(1)

        def act(*args: Any) -> None:
            inner(*args)
            if next(calls) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        bulks.act = act  # type: ignore[assignment]
        to_the_end()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.concurrency
def test_a_worker_killed_in_the_middle_does_no_step_twice(steps: list[Step], cast: Cast) -> None:
    bulk = start(steps, cast, Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    assert killed_at_step(2) == signal.SIGKILL
    assert [outcome for outcome, _ in outcomes(bulk)] == ["done", "waiting", "waiting"]
    assert pending(bulk) is not None
    sweep(clock.now())  # the dead worker's lease holds
    assert [outcome for outcome, _ in outcomes(bulk)] == ["done", "waiting", "waiting"]

    sweep(clock.now() + LEASE + timedelta(seconds=1))

    assert outcomes(bulk) == [("done", "")] * 3
    assert [step.allowance for step in Step.objects.filter(function="finance")] == [780] * 3
    assert Event.objects.filter(kind="step.extended").count() == 3
    assert verify().faults == ()


@pytest.mark.concurrency
def test_two_workers_at_one_bulk_do_each_step_once(
    race: Callable[..., list[Any]], steps: list[Step], cast: Cast
) -> None:
    bulk = start(steps, cast, Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    effect = Effect.objects.get(kind="bulk")
    assert race(*[lambda: work(effect, clock.now())] * 2) == [None, None]
    to_the_end()
    assert outcomes(bulk) == [("done", "")] * 3
    assert [step.allowance for step in Step.objects.filter(function="finance")] == [780] * 3
    bulk.refresh_from_db()
    assert bulk.ended_at is not None


@pytest.mark.concurrency
def test_a_bulk_and_a_decision_at_once_leave_one_answer(
    race: Callable[..., list[Any]], steps: list[Step], cast: Cast
) -> None:
    bulk = start(steps, cast, Order(Bulk.Verb.OVERRIDE, WHY, verdict=AGREE), by=let_override(cast.ines))
    step, ruling = steps[0], Ruling(verdict=AGREE)
    _, decided = race(to_the_end, lambda: decide(step, by=cast.henrik, ruling=ruling, seen=step.terms_hash))
    decision = Decision.objects.get(step=step)
    if isinstance(decided, Decision):
        assert decision.by == cast.henrik
        said = "Finance Director: agreed. Nobody is asked just now."
        assert outcomes(bulk)[0] == ("refused", said)
    else:
        assert isinstance(decided, WrongState)
        assert (decision.by, outcomes(bulk)[0]) == (cast.ines, ("done", ""))
    assert [one for one, _ in outcomes(bulk)[1:]] == ["done", "done"]


@pytest.mark.concurrency
def test_a_deal_that_somebody_holds_lets_the_bulk_wait_and_is_not_refused(
    steps: list[Step], cast: Cast
) -> None:
    bulk = start(steps, cast, to_dana(cast))
    at = clock.now()
    with closing(psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})) as held:
        with held.cursor() as cursor:
            cursor.execute("SELECT 1 FROM deals_deal WHERE id = %s FOR UPDATE", [steps[1].deal_id])
            sweep(at)
    assert [outcome for outcome, _ in outcomes(bulk)] == ["done", "waiting", "waiting"]
    sweep(at + timedelta(minutes=1))
    assert outcomes(bulk) == [("done", "")] * 3


def test_what_fails_too_often_goes_on_when_somebody_says_so(
    steps: list[Step], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = bulks.act

    def act(*args: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(bulks, "act", act)
    bulk = start(steps, cast, Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    with pytest.raises(WrongState, match="by itself"):
        go_on(bulk, by=cast.ines)
    at = clock.now()
    for _ in range(TRIES):
        sweep(at)
        at += timedelta(hours=7)
    assert pending(bulk) is None
    assert outcomes(bulk) == [("waiting", "")] * 3

    monkeypatch.setattr(bulks, "act", inner)
    with pytest.raises(NotYours):
        go_on(bulk, by=cast.robin)
    go_on(bulk, by=cast.ines)
    to_the_end()
    assert outcomes(bulk) == [("done", "")] * 3
    with pytest.raises(WrongState, match="It has ended"):
        go_on(bulk, by=cast.ines)


def test_a_request_that_ended_meanwhile_is_refused_and_said(steps: list[Step], cast: Cast) -> None:
    bulk = start(steps, cast, to_dana(cast))
    Step.objects.filter(pk=steps[0].pk).update(status=Step.Status.CANCELLED)
    to_the_end()
    said = "Finance Director: cancelled. Nobody is asked just now."
    assert outcomes(bulk) == [("refused", said), ("done", ""), ("done", "")]
    assert Request.objects.open().count() == 3
