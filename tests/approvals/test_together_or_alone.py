"""What a sweep takes together comes to just what it would come to one by one."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from approvals.models import AnswerLink, Assignment, Seat, Step
from base import clock
from bench import overdue
from bench.overdue import make_company, make_pattern, multiply
from deals.models import Deal, DealUserObjectPermission
from ledger.effects import perform, perform_all
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> range:
    """Ids of eight deals alike, each with one person to a level: every second one waits for reminders, the
    others for hand-overs."""
    monkeypatch.setattr(overdue, "REVIEWERS", 1)
    _, deal = make_company()
    return multiply(make_pattern(deal), 8)


def due_of(deals: Sequence[int], kind: str) -> list[Effect]:
    steps = Step.objects.filter(deal__in=deals).values_list("pk", flat=True)
    keys = [f"step:{pk}" for pk in steps]
    return list(Effect.objects.filter(key__in=keys, kind=kind, state="pending").order_by("due_at", "pk"))


def left_behind(deals: Sequence[int], at: datetime) -> dict[str, Any]:
    """All that the timers of these deals changed, without what tells one deal or one half from the other."""
    grants = DealUserObjectPermission.objects.filter(content_object__in=deals)
    said = Notice.objects.filter(at=at)
    steps = Step.objects.filter(deal__in=deals)
    keys = [f"step:{step.pk}" for step in steps]
    effects = Effect.objects.filter(key__in=keys)
    of_step = ("step__function", "step__held_level")
    return {
        "steps": Counter(
            (step.function, step.status, step.run, step.held_level, step.passed, step.remaining, step.needed)
            for step in steps
        ),
        "work": Counter(
            Assignment.objects.filter(step__in=steps).values_list(*of_step, "user", "run", "late_as")
        ),
        "seats": Counter(Seat.objects.filter(step__in=steps).values_list(*of_step, "number", "held_by")),
        "links": Counter(AnswerLink.objects.filter(step__in=steps).values_list(*of_step, "user", "run")),
        "sight": Counter(grants.values_list("user", "permission")),
        "timers": Counter((each.kind, each.state, each.due_at > at) for each in effects),
        "events": Counter(
            tuple(Event.objects.of(f"deal:{deal}").values_list("sequence", "kind")) for deal in deals
        ),
        "notices": Counter((each.kind, each.user_id, len(each.lines)) for each in said),
        "mails": Counter(
            Effect.objects.filter(due_at=at, kind="mail").values_list("kind", "state", "attempts")
        ),
    }


@pytest.mark.parametrize("kind", ["remind", "hand_over"])
def test_together_or_alone_comes_to_the_same(eight: range, kind: str) -> None:
    first, second = list(eight)[:4], list(eight)[4:]
    now = clock.now()
    later = now + timedelta(seconds=1)
    together = due_of(first, kind)
    assert len(together) == len(due_of(second, kind)) > 4
    perform_all(together, now)
    for effect in due_of(second, kind):
        perform(effect, later)
    assert Effect.objects.filter(kind=kind, state="done").count() == 2 * len(together)
    assert len(set(Event.objects.filter(at=now).values_list("txid", flat=True))) == 1
    assert left_behind(first, now) == left_behind(second, later)
    assert verify().faults == ()


@pytest.mark.concurrency
def test_a_deal_somebody_works_on_holds_up_none_of_the_others(
    eight: range, race: Callable[..., list[Any]]
) -> None:
    """Its own timers wait until they let go, and are done then."""
    now = clock.now()
    busy, others = eight[1], [pk for pk in eight if pk != eight[1]]
    mine, rest = due_of([busy], "remind"), due_of(others, "remind")
    assert mine and rest

    def undone(effects: Sequence[Effect]) -> int:
        return Effect.objects.filter(pk__in=[each.pk for each in effects], state="pending").count()

    def deliver() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        perform_all(mine + rest, now)

    with transaction.atomic():
        Deal.objects.lock(busy)
        assert race(deliver) == [None]
    assert (undone(mine), undone(rest)) == (len(mine), 0)
    sweep(now + timedelta(seconds=16))
    assert undone(mine) == 0
    assert verify().faults == ()


def test_a_whole_pile_leaves_nothing_that_is_due(eight: range) -> None:
    sweep(clock.now())
    assert not Effect.objects.filter(
        kind__in=["remind", "hand_over"], state="pending", due_at__lte=clock.now()
    )
    assert verify().faults == ()
