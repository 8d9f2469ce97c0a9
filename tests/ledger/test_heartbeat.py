from datetime import UTC, datetime, timedelta

import pytest

from ledger.heartbeat import beat, end, heard
from ledger.models import Heartbeat

NOON = datetime(2026, 6, 11, 12, tzinfo=UTC)
WORKER, BEAT = Heartbeat.Role.WORKER, Heartbeat.Role.BEAT
pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, str, datetime]]:
    return list(Heartbeat.objects.order_by("role", "name").values_list("role", "name", "at"))


def test_each_process_has_one_row_with_its_last_word() -> None:
    for minutes in (0, 1):
        at = NOON + timedelta(minutes=minutes)
        beat(WORKER, "celery@one", began=NOON, at=at)
        beat(BEAT, "beat@one", began=NOON, at=at)
    later = NOON + timedelta(minutes=1)
    assert rows() == [("beat", "beat@one", later), ("worker", "celery@one", later)]


def test_one_that_ends_in_order_is_not_missed_and_the_long_silent_go() -> None:
    beat(WORKER, "celery@killed", began=NOON, at=NOON)
    beat(WORKER, "celery@one", began=NOON, at=NOON)
    end(WORKER, "celery@one")
    beat(BEAT, "beat@one", began=NOON, at=NOON + timedelta(hours=24))
    assert [name for _, name, _ in rows()] == ["beat@one", "celery@killed"]
    beat(BEAT, "beat@one", began=NOON, at=NOON + timedelta(hours=24, seconds=1))
    assert [name for _, name, _ in rows()] == ["beat@one"]


@pytest.mark.parametrize(
    ("role", "host", "seconds", "runs"),
    [
        (WORKER, "one", 60, True),
        (WORKER, "one", 61, False),
        (BEAT, "one", 0, False),
        (WORKER, "ne", 0, False),
    ],
)
def test_a_process_is_heard_for_a_minute_by_its_machine(role, host, seconds, runs) -> None:
    beat(WORKER, "celery@one", began=NOON, at=NOON)
    assert heard(role, host, at=NOON + timedelta(seconds=seconds)) is runs
