"""Whoever comes while a deal is being changed waits for that, whatever they want of it."""

from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction

from approvals import lapse as lapses
from approvals.bulk import Order, begin, go_on
from approvals.close import close
from approvals.decide import Ruling, decide
from approvals.decide_all import Said, decide_all
from approvals.escalation import expire, remind
from approvals.evidence import Shown, hand_in
from approvals.exception_ends import over
from approvals.extend import extend
from approvals.hold import hold, hold_deal, release
from approvals.models import Bulk, Condition, Decision, Mandate
from approvals.offer import offer
from approvals.question import ask_question
from approvals.recall import recall
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from approvals.watch import unwatch, watch
from base import clock
from base.db import lock_timeout
from base.errors import Busy
from ledger.models import Effect
from tests.approvals.desk_verbs import WHY
from tests.approvals.machine.scenes import Scene, exception
from tests.approvals.machine.state import digest
from tests.asked_in_return import evidence_for
from tests.brandt import grant_brandt, make_brandt
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
AGREE = Ruling(verdict=Decision.Verdict.AGREE)
Act = Callable[[], object]


@pytest.fixture
def mandate(cast: Cast, tmp_path: Any) -> Mandate:
    granted = grant_brandt(make_brandt(cast), cast)
    evidence_for(granted, cast, tmp_path)
    return granted


def on(**facts: int) -> Any:
    """An effect that says this."""
    return SimpleNamespace(facts=facts)


def acts(mandate: Mandate, cast: Cast) -> dict[str, Act]:
    deal, request, step = mandate.deal, mandate.request, mandate.request.steps.earliest("pk")
    task, allowed = Condition.objects.tasks().get(), exception(Scene(deal, cast))
    held = hold_deal(deal, reason="Wait.", cause="kickoff:1", at=clock.now())
    target, today = request.revision.ask.target, clock.today()
    return {
        "submit": lambda: submit(deal, by=cast.maya),
        "recall": lambda: recall(deal, by=cast.maya),
        "offer": lambda: offer(deal, by=cast.maya, terms=target, good_until=today),
        "close": lambda: close(deal, by=cast.maya),
        "hold": lambda: hold(request, reason="Wait.", by=cast.ines),
        "hold_deal": lambda: hold_deal(deal, reason="Wait.", cause="kickoff:2", at=clock.now()),
        "release": lambda: release(held, by=None, note="Settled.", cause="kickoff:1"),
        "decide": lambda: decide(step, by=cast.henrik, ruling=AGREE, seen=step.terms_hash),
        "decide_all": lambda: decide_all([Said(step, AGREE, step.terms_hash)], by=cast.henrik),
        "extend": lambda: extend(step, by=cast.ines, minutes=60, reason=WHY),
        "ask_question": lambda: ask_question(step, by=cast.henrik, to=cast.arjun, text="Why?"),
        "hand_in": lambda: hand_in(task, by=cast.maya, shown=Shown("Here.")),
        "watch": lambda: watch(deal, by=cast.ines, who=cast.grace),
        "unwatch": lambda: unwatch(deal, by=cast.ines, who=cast.grace),
        "revoke_exception": lambda: revoke_exception(allowed, by=cast.ines, reason=WHY),
        "remind": lambda: remind([on(step=step.pk, run=step.run)], clock.now()),
        "expire": lambda: expire(on(mandate=mandate.pk), mandate.expires_at),
        "lapse": lambda: lapses.lapse(on(condition=task.pk), mandate.expires_at),
        "due_soon": lambda: lapses.due_soon(on(condition=task.pk), clock.now()),
        "exception_over": lambda: over(on(exception=allowed.pk), mandate.expires_at),
    }


def test_every_change_of_a_deal_waits_for_the_one_before(mandate: Mandate, cast: Cast) -> None:
    found = acts(mandate, cast)
    before = digest()
    assert [name for name, act in found.items() if not waits(mandate.deal, act)] == []
    assert digest() == before


def test_two_who_take_an_order_up_again_wait_for_one_another(mandate: Mandate, cast: Cast) -> None:
    step = mandate.request.steps.earliest("pk")
    bulk = begin({step.pk: ""}, by=cast.ines, order=Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    Effect.objects.filter(kind="bulk").update(state=Effect.State.PARKED)
    assert waits(bulk, lambda: go_on(bulk, by=cast.ines))


def waits(row: Any, act: Act) -> bool:
    """Whether `act` would wait for who is changing `row` just now."""
    with closing(psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})) as other:
        with other.cursor() as cursor:
            cursor.execute(f'SELECT 1 FROM "{row._meta.db_table}" WHERE id = %s FOR NO KEY UPDATE', [row.pk])
        try:
            with transaction.atomic():
                lock_timeout(50)
                act()
                transaction.set_rollback(True)
        except (OperationalError, Busy):
            return True
    return False
