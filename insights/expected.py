"""When a request will be answered: from how long its levels took lately. docs/insights.md says how.

How long that is, is a percentile over the latest answers of a level, a range of an index that does not grow
with the table."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from approvals.models import Step
from approvals.routing import Plan
from base.worktime import Calendar
from insights.models import Answered
from insights.timing import Ahead, Expected, Level, Pace, forecast

LOOKED_BACK = timedelta(days=180)
MOST = 500  # answers of a level that are looked at, the latest
FEWEST = 8  # answers under which a percentile says nothing

PACES = f"""
    SELECT asked.function, asked.level, count(*),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lately.minutes),
        percentile_cont(0.8) WITHIN GROUP (ORDER BY lately.minutes)
    FROM unnest(%(functions)s::text[], %(levels)s::int[]) AS asked (function, level), LATERAL (
        SELECT a.minutes FROM {Answered._meta.db_table} a
        WHERE a.function = asked.function AND a.level = asked.level AND a.answered_at > %(since)s
        ORDER BY a.answered_at DESC LIMIT {MOST}
    ) lately
    GROUP BY asked.function, asked.level HAVING count(*) >= {FEWEST}
"""


def expected_of_plan(plan: Plan, hours: Mapping[str, Calendar], at: datetime) -> Expected | None:
    """If it were sent at `at`. None when nobody is asked. One query."""
    ahead = [Ahead(one.function, one.level, one.stage, one.order, one.allowance) for one in plan.steps]
    return forecast(ahead, paces_of(ahead, at), hours, at)


def expected_of_steps(steps: Iterable[Step], hours: Mapping[str, Calendar], at: datetime) -> Expected | None:
    """Of the steps of one open request. None when that cannot be told: nobody has the ball, or one who has is
    late beyond all that is usual. At most one query."""
    return expected_of_each([steps], hours, at)[0]


def expected_of_each(
    requests: Iterable[Iterable[Step]], hours: Mapping[str, Calendar], at: datetime
) -> list[Expected | None]:
    """The same of each open request, in their order. At most one query for all."""
    every = [all_ahead(steps) for steps in requests]
    paces = paces_of([one for ahead in every for one in ahead], at)
    return [forecast(ahead, paces, hours, at) for ahead in every]


def all_ahead(steps: Iterable[Step]) -> list[Ahead]:
    """What has not ended; nothing where somebody waits for other things than an answer."""
    waiting = [step for step in steps if step.status not in Step.FINISHED]
    running = all(step.status in (Step.Status.OPEN, Step.Status.PLANNED) for step in waiting)
    return [ahead_of(step) for step in waiting] if running else []


def ahead_of(step: Step) -> Ahead:
    runs = step.status == Step.Status.OPEN
    return Ahead(
        step.function,
        step.level,
        step.stage,
        step.order,
        step.allowance,
        step.opened_at if runs else None,
        step.due_at if runs else None,
    )


def paces_of(ahead: Iterable[Ahead], at: datetime) -> dict[Level, Pace]:
    """How fast these levels answered in the 180 days before `at`; without those that did so fewer than FEWEST
    times. One query, none for nobody."""
    asked = sorted({(one.function, one.level) for one in ahead})
    if not asked:
        return {}
    told: dict[str, Any] = {
        "functions": [function for function, _ in asked],
        "levels": [level for _, level in asked],
        "since": at - LOOKED_BACK,
    }
    with connection.cursor() as cursor:
        cursor.execute(PACES, told)
        rows = cursor.fetchall()
    return {
        (function, level): Pace(math.ceil(median), math.ceil(most), count)
        for function, level, count, median, most in rows
    }
