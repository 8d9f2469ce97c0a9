"""Tasks asked in return: asked, seen to, marked met by the function that asked, or lapsed at the end of the
day. After a refusal nothing has changed and nobody was written to."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
import time_machine

from approvals.close import close
from approvals.evidence import Shown, hand_in
from approvals.lapse import lapse
from approvals.limit import Condition as TermCondition
from approvals.limit import step_hash
from approvals.mark_met import mark_met
from approvals.models import Condition, Decision, LimitsVersion, Mandate, Request, Step
from approvals.offer import offer
from approvals.recall import recall
from approvals.submit import submit
from approvals.task import Task
from base.errors import Invalid, NotYours, WrongState
from deals.changes import DraftChanges, LineChange
from deals.document import terms_from
from deals.edit import save_draft
from deals.models import Deal
from deals.terms import Terms
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.sweep import sweep
from people.models import Authority, User
from tests.approvals.test_dossier import record_of, verified
from tests.brandt import brandt_lines, make_brandt, rule, step_of
from tests.cast import APPOINTED, Cast

Verdict = Decision.Verdict
MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
FRIDAY = date(2026, 6, 12)
OVER = datetime(2026, 6, 12, 22, 0, tzinfo=UTC)  # the first instant of Saturday in Berlin
GUARANTEE = "A bank guarantee over one year's fee"


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def request_(cast: Cast) -> Request:
    with at(MONDAY):
        return submit(make_brandt(cast), by=cast.maya)


def guarantee(cast: Cast, **otherwise: D) -> Task:
    return Task(GUARANTEE, cast.arjun.pk, FRIDAY, otherwise)


def with_task(request: Request, cast: Cast, *tasks: Task, **limits: D) -> Condition:
    """Henrik agrees up to these limits, if the tasks are done."""
    with at(MONDAY):
        rule(step_of(request, "finance"), cast.henrik, Verdict.UP_TO, limits=limits, tasks=tasks)
    found = Condition.objects.tasks().order_by("pk").last()
    assert found is not None
    return found


def grant(request: Request, cast: Cast) -> Mandate:
    with at(MONDAY):
        rule(step_of(request, "legal"), cast.tomas)
        rule(step_of(request, "operations"), cast.jiwoo)
    return Mandate.objects.get(request=request)


def sweep_at(moment: datetime) -> None:
    with at(moment):
        sweep(moment)


def limit_of(mandate: Mandate, key: str) -> object:
    mandate.refresh_from_db()
    return next(limit.value for limit in mandate.limit_rows if limit.key == key)


def kinds(deal: Deal, kind: str) -> int:
    return Event.objects.filter(stream=deal.stream, kind=kind).count()


def mails(what: str) -> set[str]:
    effects = Effect.objects.filter(kind="mail", dedupe_key__startswith=f"mail:{what}:")
    return {User.objects.get(pk=effect.facts["to"]).email.partition("@")[0] for effect in effects}


def counts() -> tuple[int, ...]:
    models = (Event, Effect, Decision, Condition, LimitsVersion)
    return tuple(model.objects.count() for model in models)


# --- asking --------------------------------------------------------------------------------------------


def test_a_task_is_kept_with_its_decision_and_its_owner_is_told_and_sees_the_deal(
    request_: Request, cast: Cast
) -> None:
    assert not Deal.objects.visible_to(cast.arjun).exists()
    task = with_task(request_, cast, guarantee(cast))

    assert (task.text, task.owner, task.due, task.mandate) == (GUARANTEE, cast.arjun, FRIDAY, None)
    assert mails("task") == {"arjun"}
    assert Deal.objects.visible_to(cast.arjun).get() == request_.deal
    assert list(Condition.objects.live().owned_by(cast.arjun)) == [task]
    timer = Effect.objects.get(kind="lapse")
    assert (timer.due_at, timer.dedupe_key) == (OVER, f"lapse:{task.pk}:1:1")


def test_a_task_falls_back_to_the_standard_threshold_of_all_it_was_asked_for(
    request_: Request, cast: Cast
) -> None:
    task = with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    standard = {row.key: row.standard for row in grant(request_, cast).limit_rows}
    assert task.fallback["discount"] == standard["discount"]
    assert set(task.fallback) >= {"discount", "payment_days"}
    assert all(task.fallback[key] == standard[key] for key in task.fallback)


def tasks_that_cannot_be(cast: Cast) -> dict[str, tuple[Task, str]]:
    return {
        "past": (Task("Sign", cast.arjun.pk, date(2026, 6, 7)), "task:0:due"),
        "nobody": (Task("Sign", 0, FRIDAY), "task:0:owner"),
        "long": (Task("x" * 501, cast.arjun.pk, FRIDAY), "task:0:text"),
        "not theirs": (guarantee(cast, custom_days=D(15)), "task:0:otherwise"),
        "below the target": (guarantee(cast, discount=D("12.0")), "task:0:otherwise"),
        "no tighter": (guarantee(cast, discount=D("20.0")), "task:0:otherwise"),
    }


@pytest.mark.parametrize("what", ["past", "nobody", "long", "not theirs", "below the target", "no tighter"])
def test_a_task_that_cannot_be_is_refused_beside_its_field(request_: Request, cast: Cast, what: str) -> None:
    task, field = tasks_that_cannot_be(cast)[what]
    before = counts()
    with at(MONDAY), pytest.raises(Invalid) as refusal:
        rule(
            step_of(request_, "finance"),
            cast.henrik,
            Verdict.UP_TO,
            limits={"discount": D("20.0")},
            tasks=(task,),
        )
    assert list(refusal.value.fields) == [field]
    assert counts() == before


def test_someone_who_left_owns_no_task(request_: Request, cast: Cast) -> None:
    User.objects.filter(pk=cast.arjun.pk).update(is_active=False)
    with at(MONDAY), pytest.raises(Invalid, match="works here"):
        rule(step_of(request_, "finance"), cast.henrik, Verdict.UP_TO, tasks=(guarantee(cast),))


def test_a_task_without_words_cannot_be_made(cast: Cast) -> None:
    with pytest.raises(ValueError, match="says what"):
        Task("  ", cast.arjun.pk, FRIDAY)


@pytest.mark.parametrize("verdict", [Verdict.AGREE, Verdict.RELUCTANT, Verdict.CHANGES, Verdict.DECLINE])
def test_a_task_belongs_to_agreeing_up_to_something(request_: Request, cast: Cast, verdict: Verdict) -> None:
    before = counts()
    with at(MONDAY), pytest.raises(Invalid, match="belong to agreeing up to"):
        rule(step_of(request_, "finance"), cast.henrik, verdict, reason="So.", tasks=(guarantee(cast),))
    assert counts() == before


def test_a_task_is_due_on_the_day_it_is_asked_at_the_earliest(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, Task(GUARANTEE, cast.arjun.pk, MONDAY.date()))
    assert task.due == MONDAY.date()


def test_tasks_and_terms_of_every_function_are_united_on_the_mandate(request_: Request, cast: Cast) -> None:
    yearly = TermCondition("invoices_per_year", "=", D(1), "finance")
    with at(MONDAY):
        finance = guarantee(cast), Task("Credit check", cast.priya.pk, FRIDAY)
        step = step_of(request_, "finance")
        rule(step, cast.henrik, Verdict.UP_TO, conditions=(yearly,), tasks=finance)
        legal = Task("Signed data agreement", cast.maya.pk, FRIDAY)
        rule(step_of(request_, "legal"), cast.tomas, Verdict.UP_TO, tasks=(legal,))
        rule(step_of(request_, "operations"), cast.jiwoo)
    mandate = Mandate.objects.get()
    assert sorted((row.kind, row.text) for row in mandate.conditions.all()) == [
        ("task", GUARANTEE),
        ("task", "Credit check"),
        ("task", "Signed data agreement"),
        ("term", ""),
    ]


# --- met -----------------------------------------------------------------------------------------------


def test_met_before_the_day_is_over_keeps_the_limits(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    mandate = grant(request_, cast)
    with at(OVER - timedelta(minutes=1)):
        met = mark_met(task, by=cast.henrik, evidence=Shown("Guarantee 4711 of the bank."))
    sweep_at(OVER)
    sweep_at(OVER + timedelta(days=30))

    task.refresh_from_db()
    assert (met.met_by, task.lapsed_at) == (cast.henrik, None)
    assert limit_of(mandate, "discount") == D("20.0")
    states = {one.kind: one.state for one in Effect.objects.filter(key=f"condition:{task.pk}")}
    assert states == {"lapse": Effect.State.CANCELLED, "due_soon": Effect.State.CANCELLED}
    assert (kinds(request_.deal, "condition.met"), kinds(request_.deal, "condition.lapsed")) == (1, 0)
    assert mails("met") == {"arjun", "maya"}
    assert not LimitsVersion.objects.exists()


def marking(cast: Cast) -> dict[str, tuple[User, bool]]:
    return {
        "who asked": (cast.henrik, True),
        "above in the same function": (cast.dana, True),
        "below in the same function": (cast.priya, False),
        "another function": (cast.grace, False),
        "its owner": (cast.arjun, False),
        "the seller": (cast.maya, False),
        "the deal desk": (cast.ines, False),
    }


@pytest.mark.parametrize("who", list(marking(Cast(*[None] * 16))))  # type: ignore[arg-type]
def test_only_the_function_that_asked_says_when_it_is_met(request_: Request, cast: Cast, who: str) -> None:
    task = with_task(request_, cast, guarantee(cast))
    user, may = marking(cast)[who]
    before = counts()
    with at(MONDAY):
        if may:
            assert mark_met(task, by=user, evidence=Shown("Seen.")).met_by == user
            return
        with pytest.raises(NotYours):
            mark_met(task, by=user, evidence=Shown("Seen."))
    task.refresh_from_db()
    assert (task.is_open, counts()) == (True, before)


def test_nobody_of_the_deal_team_marks_met_whatever_they_may_decide(request_: Request, cast: Cast) -> None:
    Authority.objects.create(user=cast.maya, function="finance", level=3, since=APPOINTED)
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY), pytest.raises(NotYours):
        mark_met(task, by=cast.maya, evidence=Shown("Seen."))


def test_without_evidence_nothing_is_met(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    for nothing in (None, Shown("  ")):
        with at(MONDAY), pytest.raises(Invalid, match="what shows"):
            mark_met(task, by=cast.henrik, evidence=nothing)
    task.refresh_from_db()
    assert task.is_open


def test_what_the_owner_handed_in_is_evidence_enough(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY):
        hand_in(task, by=cast.arjun, shown=Shown("It is in the post."))
        assert mails("shown") == {"henrik"}
        mark_met(task, by=cast.henrik)
    task.refresh_from_db()
    assert task.met_by == cast.henrik


def test_a_second_marking_says_who_was_first(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY):
        mark_met(task, by=cast.henrik, evidence=Shown("Seen."))
        with pytest.raises(WrongState, match="Henrik Sørensen marked it met on 8 June at 10:00"):
            mark_met(task, by=cast.dana, evidence=Shown("Seen."))


def test_met_before_the_grant_it_never_lapses(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    with at(MONDAY):
        mark_met(task, by=cast.henrik, evidence=Shown("Seen."))
    mandate = grant(request_, cast)
    sweep_at(OVER)
    assert limit_of(mandate, "discount") == D("20.0")


# --- lapsed --------------------------------------------------------------------------------------------


def test_at_the_end_of_the_day_in_the_companys_zone_the_limits_drop_once(
    request_: Request, cast: Cast
) -> None:
    task = with_task(request_, cast, guarantee(cast, discount=D("15.0")), discount=D("20.0"))
    mandate = grant(request_, cast)
    worth = mandate.net_at_limit
    sweep_at(OVER - timedelta(seconds=1))
    assert limit_of(mandate, "discount") == D("20.0")

    sweep_at(OVER)
    sweep_at(OVER + timedelta(minutes=1))

    assert limit_of(mandate, "discount") == D("15.0")
    assert mandate.net_at_limit > worth
    task.refresh_from_db()
    assert task.lapsed_at == OVER
    versions = list(mandate.versions.values_list("number", "condition", "at"))
    assert versions == [(1, None, mandate.granted_at), (2, task.pk, OVER)]
    assert mandate.versions.get(number=2).limits == mandate.limits
    event = Event.objects.get(kind="condition.lapsed").facts
    assert (event["mandate"], event["version"]) == (mandate.pk, 2)
    assert mails("lapsed") == {"maya", "arjun", "henrik"}
    assert kinds(request_.deal, "condition.lapsed") == 1


def test_without_a_fallback_of_its_own_it_drops_to_standard(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast))
    mandate = grant(request_, cast)
    standard = {row.key: row.standard for row in mandate.limit_rows}
    sweep_at(OVER)
    mandate.refresh_from_db()
    finance = {row.key: row.value for row in mandate.limit_rows if row.key in ("discount", "payment_days")}
    assert finance == {key: standard[key] for key in finance}
    legal = next(row for row in mandate.limit_rows if row.key == "clause:liability")
    assert legal.value == "fallback-1"  # what others granted stays


def test_an_offer_made_before_stays_backed_and_one_after_is_outside(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    mandate = grant(request_, cast)
    with at(MONDAY):
        terms = corner_of(mandate)
        before = offer(request_.deal, by=cast.maya, terms=terms, good_until=date(2026, 6, 20))
    sweep_at(OVER)
    with at(OVER + timedelta(hours=1)):
        after = offer(request_.deal, by=cast.maya, terms=terms, good_until=date(2026, 6, 20))
        closing = close(request_.deal, by=cast.maya, signed=terms, signed_on=date(2026, 6, 15))
    before.refresh_from_db()
    assert (before.inside, after.inside) == (True, False)
    assert (closing.inside, closing.answer) == (True, before.answer)


def corner_of(mandate: Mandate) -> Terms:
    return terms_from(json.loads(mandate.corner))


def test_an_offer_after_the_day_is_judged_without_waiting_for_the_sweep(
    request_: Request, cast: Cast
) -> None:
    with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    mandate = grant(request_, cast)
    terms = corner_of(mandate)
    with at(OVER):
        late = offer(request_.deal, by=cast.maya, terms=terms, good_until=date(2026, 6, 20))
    assert not late.inside
    sweep_at(OVER)
    assert kinds(request_.deal, "condition.lapsed") == 1


def test_what_is_signed_after_the_day_is_judged_without_waiting_for_the_sweep(
    request_: Request, cast: Cast
) -> None:
    with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    terms = corner_of(grant(request_, cast))
    with at(OVER):
        closing = close(request_.deal, by=cast.maya, signed=terms)
    assert closing.inside is False
    assert kinds(request_.deal, "condition.lapsed") == 1


def test_what_lapsed_is_met_no_more(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    for moment in (OVER, OVER + timedelta(hours=1)):
        with at(moment), pytest.raises(WrongState, match="lapsed at the end of 12 June 2026"):
            mark_met(task, by=cast.henrik, evidence=Shown("Too late."))
        sweep_at(moment)
    task.refresh_from_db()
    assert task.met_at is None


def test_a_task_that_lapses_before_the_grant_narrows_the_grant(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast, discount=D("15.0")), discount=D("20.0"))
    sweep_at(OVER)
    with at(OVER + timedelta(days=2)):
        rule(step_of(request_, "legal"), cast.grace)
        rule(step_of(request_, "operations"), cast.olaf)
    assert limit_of(Mandate.objects.get(), "discount") == D("15.0")
    assert not LimitsVersion.objects.exists()


def test_two_tasks_of_one_limit_fall_to_the_tighter_and_one_that_changes_nothing_adds_no_version(
    request_: Request, cast: Cast
) -> None:
    later = Task("Credit check", cast.arjun.pk, FRIDAY + timedelta(days=1), {"discount": D("17.0")})
    with_task(request_, cast, guarantee(cast, discount=D("15.0")), later, discount=D("20.0"))
    mandate = grant(request_, cast)
    sweep_at(OVER)
    sweep_at(OVER + timedelta(days=1))
    assert limit_of(mandate, "discount") == D("15.0")
    assert mandate.versions.count() == 2
    assert kinds(request_.deal, "condition.lapsed") == 2


def test_a_timer_that_came_early_does_nothing(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    lapse(Effect.objects.get(kind="lapse"), OVER - timedelta(seconds=1))
    task.refresh_from_db()
    assert task.is_open


def test_the_same_timer_twice_lapses_once(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast))
    grant(request_, cast)
    timer = Effect.objects.get(kind="lapse")
    with at(OVER):
        deliver(timer.pk, OVER)
        lapse(timer, OVER)
    assert kinds(request_.deal, "condition.lapsed") == 1
    assert LimitsVersion.objects.count() == 2


def test_a_lost_deal_waits_for_nothing(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY):
        close(request_.deal, by=cast.maya, reason="Bought elsewhere.")
        assert not Condition.objects.live().exists()
        with pytest.raises(WrongState, match="lost"):
            mark_met(task, by=cast.henrik, evidence=Shown("Seen."))
    assert Effect.objects.get(kind="lapse").state == Effect.State.CANCELLED
    lapse(Effect.objects.get(kind="lapse"), OVER)
    assert kinds(request_.deal, "condition.lapsed") == 0


def test_a_won_deal_still_owes_what_was_asked_and_says_so_when_it_lapses(
    request_: Request, cast: Cast
) -> None:
    task = with_task(request_, cast, guarantee(cast), discount=D("20.0"))
    mandate = grant(request_, cast)
    with at(MONDAY):
        close(request_.deal, by=cast.maya, signed=request_.revision.ask.target)
    assert list(Condition.objects.live()) == [task]
    sweep_at(OVER)
    assert kinds(request_.deal, "condition.lapsed") == 1
    assert limit_of(mandate, "discount") == D("20.0")


def test_its_owner_is_reminded_once_on_the_morning_before(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast))
    thursday = datetime(2026, 6, 11, 7, 0, tzinfo=UTC)  # 9:00 in Berlin
    sweep_at(thursday - timedelta(minutes=1))
    assert mails("due_soon") == set()
    for minute in (0, 1):
        sweep_at(thursday + timedelta(minutes=minute))
    assert mails("due_soon") == {"arjun"}
    assert kinds(request_.deal, "condition.reminded") == 1


def test_nobody_is_reminded_or_told_of_a_task_that_nothing_hangs_on(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY):
        recall(request_.deal, by=cast.maya)
    sweep_at(OVER)
    task.refresh_from_db()
    assert (task.lapsed_at, mails("due_soon"), mails("lapsed")) == (OVER, set(), set())
    assert kinds(request_.deal, "condition.reminded") == 0


# --- the next revision ---------------------------------------------------------------------------------


def ask_again(request: Request, cast: Cast, moment: datetime) -> Request:
    """The same again with fewer custom days, which only Operations judges."""
    deal = Deal.objects.get(pk=request.deal_id)
    with at(moment):
        lines = (*brandt_lines()[:3], LineChange("implementation", D(80), D(0), D(15), key="line-4"))
        save_draft(deal, by=cast.maya, version=deal.version, changes=DraftChanges(lines=lines))
        return submit(deal, by=cast.maya)


def test_a_kept_step_carries_its_open_task_to_the_next_mandate(request_: Request, cast: Cast) -> None:
    task = with_task(request_, cast, guarantee(cast))
    first = grant(request_, cast)
    again = ask_again(request_, cast, MONDAY + timedelta(hours=1))
    assert step_of(again, "finance").status == Step.Status.KEPT
    assert list(Condition.objects.live()) == [task]
    second = Mandate.objects.get(request=again) if again.status == "granted" else None
    if second is None:
        with at(MONDAY + timedelta(hours=2)):
            for step in again.steps.filter(status=Step.Status.OPEN):
                rule(step, {"legal": cast.tomas, "operations": cast.jiwoo}[step.function])
        second = Mandate.objects.get(request=again)
    task.refresh_from_db()
    assert (task.mandate, first.pk != second.pk) == (second, True)
    sweep_at(OVER)
    assert limit_of(second, "discount") == task.fallback["discount"]
    assert Condition.objects.tasks().count() == 1


def test_after_a_lapse_the_function_signs_again_for_what_fell(request_: Request, cast: Cast) -> None:
    with_task(request_, cast, guarantee(cast))
    grant(request_, cast)
    sweep_at(OVER)
    again = ask_again(request_, cast, OVER + timedelta(hours=9))
    assert step_of(again, "finance").status == Step.Status.OPEN


def test_a_task_of_a_withdrawn_request_is_nobodys_work_until_it_counts_again(
    request_: Request, cast: Cast
) -> None:
    task = with_task(request_, cast, guarantee(cast))
    with at(MONDAY):
        recall(request_.deal, by=cast.maya)
    assert not Condition.objects.live().exists()
    ask_again(request_, cast, MONDAY + timedelta(hours=1))
    assert list(Condition.objects.live()) == [task]


def test_the_terms_a_later_step_binds_to_cover_the_tasks_asked_so_far(cast: Cast) -> None:
    task = guarantee(cast).to_document()
    assert step_hash("a", {}, ()) == step_hash("a", {}, (), tasks=())
    assert step_hash("a", {}, (), tasks=[task]) != step_hash("a", {}, ())
    assert step_hash("a", {}, (), tasks=[task, task]) == step_hash("a", {}, (), tasks=[task])


# --- the record ----------------------------------------------------------------------------------------


def test_the_exported_record_verifies_after_a_lapse_and_shows_a_changed_version(
    request_: Request, cast: Cast, tmp_path: Path
) -> None:
    with_task(request_, cast, guarantee(cast, discount=D("15.0")), discount=D("20.0"))
    grant(request_, cast)
    sweep_at(OVER)
    record = record_of(request_.deal, cast)
    assert verified(record, tmp_path)[1][-1] == "Everything fits."
    assert [one["number"] for one in record["mandates"][0]["versions"]] == [1, 2]
    assert [one["text"] for one in record["conditions"]] == [GUARANTEE]

    for part, key, old, new in (
        (record["mandates"][0]["versions"][1], "limits", "15.0", "19.0"),
        (record["decisions"][0], "tasks", "bank", "blank"),
    ):
        kept, part[key] = part[key], part[key].replace(old, new)
        assert kept != part[key]
        code, said = verified(record, tmp_path)
        assert (code, len(said)) == (1, 3), said
        part[key] = kept
