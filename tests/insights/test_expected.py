from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from approvals.override import override
from approvals.preview import calendars, preview
from approvals.submit import submit
from deals.models import Deal
from insights.answered import time_answer
from insights.expected import FEWEST, MOST, PACES, expected_of_plan, expected_of_steps, paces_of
from insights.models import Answered
from insights.timing import Ahead, Pace
from ledger.follow import catch_up
from ledger.models import Event
from tests.approvals.desk_verbs import MONDAY, WHY, let_override
from tests.brandt import Verdict, make_brandt, rule, step_of
from tests.cast import Cast

FINANCE = Ahead("finance", 2, 1, 1, 720)


def remember(deal: Deal, minutes: list[int], at: datetime = MONDAY, level: int = 2) -> None:
    """As if Finance had answered so often, each an hour before the one named before it."""
    last = deal.requests.get()
    for place, each in enumerate(minutes):
        step = last.steps.model.objects.create(
            request=last,
            deal=deal,
            function=f"past-{at:%d%H%M}-{level}-{place}",
            level=level,
            level_name="Past",
            allowance=1,
            remaining=1,
            held_level=level,
            status="agreed",
        )
        when = at - timedelta(hours=place)
        Answered.objects.create(step=step, function="finance", level=level, minutes=each, answered_at=when)


@pytest.fixture
def deal(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        deal = make_brandt(cast)
        submit(deal, by=cast.maya)
    return deal


def test_the_working_time_of_an_answer_is_kept_by_the_level_that_was_asked(deal: Deal, cast: Cast) -> None:
    step = step_of(deal.requests.get(), "finance")
    with time_machine.travel(MONDAY + timedelta(days=1, hours=1), tick=False):
        rule(step, cast.henrik)
    catch_up()
    kept = Answered.objects.get()
    assert (kept.step, kept.function, kept.level, kept.minutes) == (step, "finance", 2, 480 + 60)
    event = Event.objects.get(kind="decision.made")
    time_answer(event)
    assert Answered.objects.count() == 1


def test_a_request_for_changes_is_an_answer_and_an_override_is_none(deal: Deal, cast: Cast) -> None:
    request = deal.requests.get()
    rule(step_of(request, "legal"), cast.tomas, Verdict.CHANGES, reason="Cap it.")
    finance = step_of(request, "finance")
    override(finance, by=let_override(cast.ines), verdict=Verdict.AGREE, reason=WHY, seen=finance.terms_hash)
    catch_up()
    assert [kept.function for kept in Answered.objects.all()] == ["legal"]


def test_the_pace_is_the_percentiles_of_the_latest_answers(deal: Deal) -> None:
    remember(deal, [10, 20, 30, 40, 50, 60, 70, 80, 90, 101])
    assert paces_of([FINANCE], MONDAY) == {("finance", 2): Pace(55, 82, 10)}


def test_fewer_answers_than_say_anything_are_no_pace(deal: Deal) -> None:
    remember(deal, [60] * (FEWEST - 1))
    assert paces_of([FINANCE], MONDAY) == {}
    remember(deal, [60], level=1)
    assert paces_of([FINANCE], MONDAY) == {}
    remember(deal, [60], at=MONDAY - timedelta(days=1))
    assert paces_of([FINANCE], MONDAY) == {("finance", 2): Pace(60, 60, FEWEST)}


def test_what_is_older_than_180_days_does_not_count(deal: Deal) -> None:
    remember(deal, [60] * FEWEST, at=MONDAY + timedelta(hours=FEWEST))
    assert paces_of([FINANCE], MONDAY + timedelta(days=180))["finance", 2].answers == FEWEST
    assert paces_of([FINANCE], MONDAY + timedelta(days=180, hours=1)) == {}


def test_the_preview_and_the_request_expect_the_same_and_ask_one_question(
    deal: Deal, cast: Cast, django_assert_num_queries: Any
) -> None:
    remember(deal, [60] * FEWEST)
    seen = preview(deal, by=cast.maya, at=MONDAY)
    hours = calendars()
    with django_assert_num_queries(1):
        planned = expected_of_plan(seen.judgement.plan, hours, MONDAY)
    steps = list(deal.requests.get().steps.exclude(level_name="Past"))
    with django_assert_num_queries(1):
        running = expected_of_steps(steps, hours, MONDAY)
    # Legal has 8 h and Operations 16 h from 10:00 on; Finance is known
    assert planned is not None and (planned.known, planned.asked) == (1, 3)
    assert planned == running
    assert (
        planned.likely
        == planned.safe
        == max(step.due_at for step in steps if step.due_at and step.function != "finance")
    )


def test_nothing_is_expected_while_the_ball_is_with_the_seller(deal: Deal, cast: Cast) -> None:
    request = deal.requests.get()
    rule(step_of(request, "legal"), cast.tomas, Verdict.CHANGES, reason="Cap it.")
    assert expected_of_steps(request.steps.all(), calendars(), MONDAY) is None


def test_the_question_does_not_grow_with_the_table(deal: Deal) -> None:
    remember(deal, [1] * 5)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO insights_answered (step_id, function, level, minutes, answered_at)"
            " SELECT 1000000 + n, 'finance', 1 + n %% 3, n %% 900, %s - n * interval '1 minute'"
            " FROM generate_series(1, 20000) n",
            [MONDAY],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE insights_answered")
        told: dict[str, Any] = {
            "functions": ["finance"],
            "levels": [2],
            "since": MONDAY - timedelta(days=180),
        }
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {PACES}", told)
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "insights_answered_lately" in plan
    assert f"rows={MOST}" in plan and "Seq Scan" not in plan
    assert paces_of([FINANCE], MONDAY)["finance", 2].answers == MOST
