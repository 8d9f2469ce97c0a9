from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from base.errors import WrongState
from ledger import effects, health
from ledger.checks import check_effects
from ledger.claim import claim
from ledger.effects import cancel, deliver, replay, schedule
from ledger.models import Effect, Event, Head, Sweep
from ledger.sweep import sweep
from tests.ledger import acts

State = Effect.State
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db(transaction=True)


def due(kind, at, number=1, key=None):
    return schedule(kind, key or f"step:{number}", f"{kind}:{number}:1:1", at)


def acted():
    return Counter(Event.objects.filter(kind="acted").values_list("stream", flat=True))


def test_what_is_due_is_written_down_once(now):
    first = schedule("act", "step:1", "act:1:1:1", now, step=1, share=Decimal("0.50"))
    again = schedule("act", "step:9", "act:1:1:1", now + HOUR, step=9)
    assert first.pk == again.pk
    effect = Effect.objects.get()
    assert (effect.key, effect.due_at, effect.planned_for, effect.state) == ("step:1", now, now, "pending")
    assert effect.payload == '{"share":"0.50","step":1}'
    assert effect.facts == {"share": "0.50", "step": 1}


def test_what_is_scheduled_in_an_undone_change_is_not_due(now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        due("act", now)
        raise ZeroDivisionError
    assert Effect.objects.count() == 0


def test_a_kind_without_a_handler_is_a_mistake(now):
    with pytest.raises(ValueError, match="'unheard'"):
        schedule("unheard", "step:1", "unheard:1", now)
    assert Effect.objects.count() == 0


def test_a_due_effect_acts_and_is_done(now):
    effect = due("act", now)
    assert sweep(now) == 1
    effect.refresh_from_db()
    assert (effect.state, effect.done_at, effect.attempts, effect.lease_until) == ("done", now, 1, None)
    assert acted() == {"step:1": 1}
    assert sweep(now) == 0
    assert acted() == {"step:1": 1}


def test_an_effect_is_not_due_a_moment_before(now):
    due("act", now)
    assert sweep(now - SECOND) == 0
    assert acted() == {}
    assert sweep(now) == 1


def test_cancelling_takes_the_step_and_what_is_below_it_and_nothing_else(now):
    for number, key in enumerate(["step:1", "step:1:seat:2", "step:12", "step:2", "deal:1"]):
        due("act", now, number, key=key)
    assert cancel("step:1") == 2
    assert cancel(["step:2", "deal:1"]) == 2
    assert cancel("step:1") == 0
    assert cancel([]) == 0
    assert Effect.objects.get(state="pending").key == "step:12"
    assert sweep(now) == 1
    assert acted() == {"step:12": 1}


def test_what_is_done_cannot_be_cancelled(now):
    due("act", now)
    sweep(now)
    assert cancel("step:1") == 0
    assert Effect.objects.get().state == State.DONE


def test_a_handler_that_cancels_its_own_timers_still_acts(now):
    due("tidy_up", now, 1)
    sibling = due("act", now + HOUR, 2, key="step:1")
    assert sweep(now) == 1
    sibling.refresh_from_db()
    assert acted() == {"step:1": 1}
    assert sibling.state == State.CANCELLED
    assert Effect.objects.get(kind="tidy_up").state == State.DONE
    assert effects.in_delivery.get() == ()


def test_what_is_cancelled_while_its_handler_runs_is_undone(now, monkeypatch):
    def act_and_be_cancelled(effect, at, act=acts.act):
        act(effect, at)
        Effect.objects.filter(pk=effect.pk).update(state=State.CANCELLED)

    monkeypatch.setattr(acts, "act", act_and_be_cancelled)
    effect = due("act", now)
    monkeypatch.setattr(effects, "put_off", pytest.fail)
    sweep(now)
    effect.refresh_from_db()
    assert acted() == {}
    assert Head.objects.count() == 0
    assert effect.state == State.PENDING  # the cancelling was part of the handler's transaction here


def test_a_failure_undoes_its_act_and_waits_longer_each_time(now):
    effect = due("fail", now)
    waits = []
    at = now
    for tried in range(1, 9):
        assert sweep(at) == 1
        effect.refresh_from_db()
        assert effect.attempts == tried
        assert acted() == {}
        if effect.state == State.PENDING:
            assert sweep(effect.due_at - SECOND) == 0
            waits.append(int((effect.due_at - at).total_seconds()))
            at = effect.due_at
    assert waits == [15, 60, 240, 960, 3840, 15360, 21600]
    assert (effect.state, effect.lease_until) == ("parked", None)
    assert effect.last_error == "ConnectionError: nobody answers"
    assert effect.planned_for == now
    assert sweep(at + 24 * HOUR) == 0
    assert health.parked() == 1


def test_a_parked_effect_can_be_replayed(now, monkeypatch):
    effect = due("fail", now)
    Effect.objects.update(state=State.PARKED, attempts=8, last_error="ConnectionError: nobody answers")
    monkeypatch.setattr(acts, "fail", acts.act)
    replay(effect, at=now + HOUR)
    assert sweep(now) == 0
    assert sweep(now + HOUR) == 1
    effect.refresh_from_db()
    assert (effect.state, effect.attempts, effect.last_error) == ("done", 1, "")
    assert acted() == {"step:1": 1}


@pytest.mark.parametrize("state", ["pending", "done", "cancelled"])
def test_only_a_parked_effect_can_be_replayed(now, state):
    effect = due("act", now)
    Effect.objects.update(state=state, done_at=now if state == "done" else None)
    with pytest.raises(WrongState):
        replay(effect, at=now + HOUR)
    effect.refresh_from_db()
    assert (effect.state, effect.due_at) == (state, now)


def test_an_effect_whose_handler_is_gone_waits_and_says_so(now, settings):
    effect = due("act", now)
    settings.EFFECTS = {}
    sweep(now)
    effect.refresh_from_db()
    assert (effect.state, effect.last_error) == ("pending", "KeyError: 'act'")


def test_a_death_in_the_middle_leaves_nothing_and_the_lease_runs_out(now):
    effect = due("act_then_die", now)
    with pytest.raises(SystemExit):
        sweep(now)
    effect.refresh_from_db()
    assert acted() == {}
    assert (effect.state, effect.attempts, effect.lease_until) == ("pending", 1, now + 120 * SECOND)
    assert claim(now + 120 * SECOND) == []
    assert [claimed.pk for claimed in claim(now + 121 * SECOND)] == [effect.pk]


def test_what_takes_its_worker_down_every_time_is_parked(now):
    effect = due("act_then_die", now)
    at = now
    for _ in range(8):
        with pytest.raises(SystemExit):
            sweep(at)
        at += 121 * SECOND
    assert claim(at) == []
    deliver(effect.pk, at)
    assert sweep(at) == 0
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == ("parked", 8)
    assert effect.last_error == "The last try ended without an answer."
    assert acted() == {}


def test_a_late_failure_does_not_take_the_lease_of_the_next_worker(now):
    due("post", now)
    (slow,) = claim(now)
    (fresh,) = claim(now + 121 * SECOND)
    effects.put_off(slow, ConnectionError("late"), now + 122 * SECOND)
    stored = Effect.objects.get()
    assert (stored.lease_until, stored.last_error) == (fresh.lease_until, "")


def test_claims_take_the_longest_due_first_and_skip_what_is_held(now):
    waiting = [due("act", now - number * SECOND, number) for number in range(4)]
    assert [effect.pk for effect in claim(now, 2)] == [waiting[3].pk, waiting[2].pk]
    assert [effect.pk for effect in claim(now, 5)] == [waiting[1].pk, waiting[0].pk]
    assert claim(now, 5) == []


@pytest.mark.concurrency
def test_a_claim_does_not_wait_for_a_row_that_someone_else_locks(now, race):
    held, other = due("act", now - SECOND, 1), due("act", now, 2)
    with transaction.atomic():
        Effect.objects.select_for_update().get(pk=held.pk)
        (claimed,) = race(lambda: claim(now, 5))
    assert [effect.pk for effect in claimed] == [other.pk]


def test_a_claim_is_a_transaction_of_its_own(now):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        claim(now)


@pytest.mark.concurrency
@pytest.mark.parametrize("kind", ["act", "post"])
def test_two_sweeps_over_the_same_500_due_effects_act_once_each(now, race, kind):
    for number in range(500):
        due(kind, now, number)
    tried = race(*[lambda: sweep(now, seconds=100)] * 2, seconds=120)
    assert sum(tried) == 500
    assert min(tried) > 0
    assert acted() == {f"step:{number}": 1 for number in range(500)}
    assert Counter(Effect.objects.values_list("state", "attempts")) == {("done", 1): 500}


@pytest.mark.concurrency
def test_claims_of_many_at_the_same_moment_are_disjoint(now, race):
    for number in range(200):
        due("act", now, number)
    claimed = [effect.pk for taken in race(*[lambda: claim(now, 50)] * 4) for effect in taken]
    assert len(claimed) == len(set(claimed)) == 200


@pytest.mark.concurrency
def test_delivering_the_same_effect_at_the_same_moment_acts_once(now, race):
    effect = due("act", now)
    assert race(*[lambda: deliver(effect.pk, now)] * 6) == [None] * 6
    assert acted() == {"step:1": 1}


@pytest.mark.concurrency
def test_even_two_who_hold_the_same_lease_act_once(now, race):
    due("act", now)
    (effect,) = claim(now)
    assert race(*[lambda: effects.perform(effect, now)] * 4) == [None] * 4
    assert acted() == {"step:1": 1}
    assert Effect.objects.get().state == State.DONE


@pytest.mark.concurrency
def test_a_timer_and_the_verb_that_cancels_it_do_not_wait_in_a_circle(now, race):
    with transaction.atomic():
        due("act", now, key="deal:1")
        Head.objects.create(stream="deal:1")

    def verb():
        with transaction.atomic(), connection.cursor() as cursor:
            Head.objects.select_for_update().get(stream="deal:1")
            cursor.execute("SELECT pg_sleep(0.3)")
            return cancel("deal:1")

    cancelled, delivered = race(verb, lambda: sweep(now))
    assert delivered in (0, 1)
    assert cancelled in (0, 1)
    assert acted()["deal:1"] == 1 - cancelled


def test_deliver_leaves_alone_what_is_not_due_or_held(now):
    early, held = due("act", now + SECOND, 1), due("act", now, 2)
    claim(now)
    deliver(early.pk, now)
    deliver(held.pk, now)
    assert acted() == {}


def test_a_sweep_stops_claiming_when_its_time_is_up(now):
    due("act", now)
    assert sweep(now, seconds=0) == 0
    assert Effect.objects.get().attempts == 0


def test_health_knows_the_last_sweep_and_the_oldest_due_effect(now):
    assert (health.last_sweep(), health.oldest_due(now), health.parked()) == (None, None, 0)
    due("fail", now, 1)
    due("act", now - HOUR, 2)
    assert health.oldest_due(now) == now - HOUR
    assert health.oldest_due(now - 2 * HOUR) is None
    sweep(now)
    assert health.last_sweep() == now
    assert health.oldest_due(now) is None
    assert health.oldest_due(now + HOUR) == now + 15 * SECOND
    sweep(now - HOUR)
    assert health.last_sweep() == now
    sweep(now + SECOND)
    assert health.last_sweep() == now + SECOND
    assert Sweep.objects.count() == 1


def test_the_command_sweeps_once(now, capsys):
    due("act", now)
    call_command("sweep", once=True)
    assert capsys.readouterr().out == "1 effects tried\n"
    assert acted() == {"step:1": 1}


def test_the_database_refuses_a_done_effect_without_a_time(now):
    due("act", now)
    with pytest.raises(IntegrityError, match="ledger_effect_done_has_time"), transaction.atomic():
        Effect.objects.update(state="done")
    with pytest.raises(IntegrityError, match="ledger_effect_state_known"), transaction.atomic():
        Effect.objects.update(state="lost")


def test_the_start_names_handlers_that_do_not_exist(settings):
    assert check_effects(None) == []
    settings.EFFECTS = {
        "remind": "ledger.nowhere.remind",
        "mail": "ledger.mail.post",
        "tell": "ledger.claim.TRIES",
    }
    assert [error.id for error in check_effects(None)] == ["ledger.E001"] * 3
    assert "EFFECTS['remind'] names 'ledger.nowhere.remind'" in check_effects(None)[0].msg
