from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from base.format import SPACE
from desk.operations import span
from ledger.heartbeat import beat
from ledger.models import Effect, Follower, Heartbeat, Sweep
from ledger.record import record
from tests.cast import Cast

PAGE = "/operations/"
REPLAY = "/operations/replay/"
NOON = datetime(2026, 6, 11, 12, tzinfo=UTC)
QUERIES = 17
MANY = """
    INSERT INTO ledger_effect (kind, key, dedupe_key, planned_for, due_at, state, attempts, last_error,
                               payload, created_at, done_at)
    SELECT 'mail', 'deal:' || n, 'done:' || n, at, at, 'done', 1, '', '{}', at, at
    FROM generate_series(1, 100000) AS n, LATERAL (SELECT %s - n * interval '10 seconds') AS past (at)
"""


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def effect(kind: str, key: str, *, seconds_ago: float, state: str = "pending", **more: Any) -> Effect:
    due = NOON - timedelta(seconds=seconds_ago)
    known = {"planned_for": due, "due_at": due, "created_at": due, "payload": "{}", "state": state}
    done = {"done_at": due} if state == "done" else {}
    return Effect.objects.create(kind=kind, key=key, dedupe_key=f"{kind}:{key}", **known, **done, **more)


def fill(count: int) -> None:
    for n in range(count):
        effect("mail", f"deal:{n}", seconds_ago=70 + n)
        effect("remind", f"step:{n}", seconds_ago=-60, attempts=1, last_error="OSError: refused")
        effect("chase", f"step:{n}", seconds_ago=600, state="parked", attempts=8, last_error="KeyError: 7")
        effect("bulk", f"bulk:{n}", seconds_ago=90, state="done")
        Follower.objects.create(name=f"f{n}", moved_at=NOON)
        beat(Heartbeat.Role.WORKER, f"celery@{n}", began=NOON, at=NOON)


def shown(client: Client) -> str:
    return client.get(PAGE).content.decode().replace(SPACE, " ")


def test_what_is_due_failed_and_given_up_on_is_said(client: Client, cast: Cast, settings: Any) -> None:
    reads = "insights.fill.fill"
    settings.FOLLOWERS = {"leakage": reads, "stuck": reads}
    record("deal:1", "deal.closed", by=None, at=NOON)
    fill(2)
    Sweep.objects.create(at=NOON - timedelta(seconds=40))
    beat(Heartbeat.Role.WORKER, "celery@lost", began=NOON, at=NOON - timedelta(seconds=61))
    Follower.objects.create(name="stuck", moved_at=NOON, last_error="Event 7: KeyError: 9")
    client.force_login(cast.ines)
    view = client.get(PAGE).context["view"]
    assert (view.due, view.later, view.retried, view.page.paginator.count) == (2, 2, 2, 2)
    assert (view.oldest.words, view.oldest.tone) == (f"1{SPACE}min", "warn")
    assert (view.swept.words, view.swept.tone) == (f"40{SPACE}s", "warn")
    assert [(one.beat.name, one.silent) for one in view.processes] == [
        ("celery@0", False),
        ("celery@1", False),
        ("celery@lost", True),
    ]
    assert (view.working, view.beating, view.rate.total, view.rate.most) == (2, 0, 2, 2)
    assert [(one.row.name, one.behind) for one in view.followers] == [("stuck", "1 entry behind")]
    page = shown(client)
    for words in ("KeyError: 7", "OSError: refused", "Event 7: KeyError: 9", "none heard", "silent"):
        assert words in page
    for words in ("Reminder of a question: try all 2", "stands still"):
        assert words in page


def test_with_nothing_to_do_it_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.ines)
    page = shown(client)
    for words in ("Nothing is due that is not done.", "Nothing was given up on", "Nothing is planned"):
        assert words in page


@pytest.mark.parametrize(("age", "tone"), [(30, "ok"), (31, "warn"), (120, "warn"), (121, "bad")])
def test_the_oldest_due_is_coloured_as_readyz_judges(client: Client, cast: Cast, age: int, tone: str) -> None:
    effect("mail", "deal:1", seconds_ago=age)
    client.force_login(cast.ines)
    assert client.get(PAGE).context["view"].oldest.tone == tone
    assert client.get("/readyz").status_code == (503 if tone == "bad" else 200)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86400, "1 d")],
)
def test_an_age_is_said_in_the_greatest_unit_that_fits(seconds: int, words: str) -> None:
    assert span(seconds).replace(SPACE, " ") == words


def test_the_desk_tries_one_again_and_then_all_of_a_kind(client: Client, cast: Cast) -> None:
    fill(3)
    client.force_login(cast.ines)
    one = Effect.objects.filter(kind="chase").order_by("pk")[1]
    page = client.post(REPLAY, {"effect": one.pk}, follow=True).content.decode()
    assert "Reminder of a question for step:1 is tried again now." in page
    assert Effect.objects.filter(state="parked").count() == 2
    page = client.post(REPLAY, {"kind": "chase"}, follow=True).content.decode()
    assert "Reminder of a question: 2 tried again now." in page
    assert Effect.objects.filter(state="parked").count() == 0
    assert client.post(REPLAY, {"kind": "chase"}).status_code == 409


def test_an_administrator_who_is_not_at_the_desk_may_too(client: Client, cast: Cast) -> None:
    fill(1)
    cast.elena.is_staff = True
    cast.elena.save()
    client.force_login(cast.elena)
    assert 'href="/operations/"' in client.get("/").content.decode()
    assert client.get(PAGE).status_code == 200
    assert client.post(REPLAY, {"kind": "chase"}).status_code == 302


def test_without_a_token_against_forgery_nothing_is_tried_again(cast: Cast) -> None:
    fill(1)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ines)
    assert client.post(REPLAY, {"kind": "chase"}).status_code == 403
    assert Effect.objects.filter(state="parked").count() == 1


def test_the_same_queries_for_few_and_many_and_none_walks_through_what_is_done(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.ines)
    client.get(PAGE)
    fill(1)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    Effect.objects.all().delete()
    Follower.objects.all().delete()
    fill(10)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [NOON])
        cursor.execute("ANALYZE ledger_effect")
        with CaptureQueriesContext(connection) as many:
            client.get(PAGE)
        asked = [query["sql"] for query in many if '"ledger_effect"' in query["sql"]]
        plans = []
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert len(few) == len(many) == QUERIES
    assert len(asked) == 8
    assert [plan for plan in plans if "Seq Scan" in plan] == []
    assert all("ledger_effect_" in plan for plan in plans)
