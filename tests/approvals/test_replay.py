"""Judging the record again: under its own versions nothing ever differs."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.models import Mandate, Request
from approvals.submit import submit
from base import clock
from deals.importing.run import run
from deals.models import Deal
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from tests.brandt import POLICY, ask_offer_5, publish_policy
from tests.cast import Cast
from tests.importing.files import begin, row

pytestmark = pytest.mark.django_db
SINCE = date(2000, 1, 1)


def replay(**options: Any) -> list[str]:
    out = StringIO()
    call_command("replay", stdout=out, **{"since": SINCE, **options})
    return out.getvalue().splitlines()


def stricter(cast: Cast, **changed: str) -> None:
    """Version 15 takes the place of 14, with some of its words changed."""
    text = POLICY.read_text().replace("number = 14", "number = 15")
    for old, new in changed.items():
        text = text.replace(old, new)
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


def overwrite(sql: str, *values: str) -> None:
    """As only someone with the keys to the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def test_under_its_own_version_nothing_differs(granted: Mandate) -> None:
    assert replay() == [
        "1 revisions judged since 2000-01-01 judged again.",
        "Under their own versions: no difference. Under v14: 0 differ.",
    ]


def test_another_version_says_what_it_would_ask_differently(granted: Mandate, cast: Cast) -> None:
    stricter(cast, **{"{ past = 30.0, level": "{ past = 21.0, level", "past = 20, level": "past = 19, level"})
    assert replay() == [
        "D-1284 revision 1, Finance: Finance Director under v14, CFO under v15",
        "D-1284 revision 1, Operations: Delivery Manager under v14, Head of Delivery under v15",
        "1 revisions judged since 2000-01-01 judged again.",
        "Under their own versions: no difference. Under v15: 1 differ.",
    ]
    assert replay(against=14)[-1] == "Under their own versions: no difference. Under v14: 0 differ."


def test_only_what_was_asked_since_that_day_is_replayed(granted: Mandate) -> None:
    assert replay(since=clock.today() + timedelta(days=1))[0].startswith("0 revisions")
    assert replay(since=clock.today())[0].startswith("1 revisions")


def test_each_revision_keeps_the_version_it_was_asked_under(
    granted: Mandate, brandt: Deal, cast: Cast
) -> None:
    stricter(cast, **{"{ past = 30.0, level": "{ past = 21.0, level"})
    submit(ask_offer_5(brandt, cast), by=cast.maya)
    found = replay()
    assert found[0] == "D-1284 revision 1, Finance: Finance Director under v14, CFO under v15"
    assert found[1:] == [
        "2 revisions judged since 2000-01-01 judged again.",
        "Under their own versions: no difference. Under v15: 1 differ.",
    ]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "UPDATE deals_revision SET measured_walk_away = replace(measured_walk_away, '21.5', '11.5')",
            "walk-away: measured differently",
        ),
        (
            "UPDATE approvals_request SET evaluation_walk_away = "
            "replace(evaluation_walk_away, '\"level\":2', '\"level\":1')",
            "walk-away: judged differently",
        ),
        (
            "UPDATE approvals_request SET evaluation_target = "
            "replace(evaluation_target, '\"level\":1', '\"level\":2')",
            "target: judged differently",
        ),
    ],
)
def test_a_record_that_was_tampered_with_is_found(granted: Mandate, sql: str, words: str) -> None:
    overwrite(sql)
    with pytest.raises(CommandError, match="does not give again"):
        call_command("replay", since=SINCE, stdout=(out := StringIO()))
    assert f"D-1284 revision 1: DAMAGED under v14: {words}" in out.getvalue()


def test_new_words_for_the_same_finding_are_no_difference(granted: Mandate) -> None:
    request = Request.objects.get()
    overwrite(
        "UPDATE approvals_request SET evaluation_walk_away = replace(evaluation_walk_away, %s, %s)",
        request.judged.findings[0].sentence[:20],
        "Said otherwise",
    )
    assert replay()[-1] == "Under their own versions: no difference. Under v14: 0 differ."


def test_what_was_imported_is_replayed_too(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)
    run(begin([row("A"), row("B", net="")], cast.ines))
    assert replay()[0].startswith("2 revisions")
    assert replay()[-1] == "Under their own versions: no difference. Under v14: 0 differ."


def test_a_version_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no policy v99"):
        replay(against=99)
    with pytest.raises(CommandError, match="No policy is in force"):
        replay()
