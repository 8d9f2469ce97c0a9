from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from ledger.models import Event
from ledger.record import record
from tests.ledger import acts

NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def handlers(settings: Any) -> None:
    kinds = ("act", "act_then_die", "post", "fail", "tidy_up")
    settings.EFFECTS = {kind: f"{acts.__name__}.{kind}" for kind in kinds}


@pytest.fixture
def write(transactional_db: None) -> Callable[..., list[Event]]:
    """write("deal:1", 5): five events in a stream."""

    def write_(stream: str, count: int) -> list[Event]:
        with transaction.atomic():
            return [
                record(stream, "offer.recorded", by=None, at=NOW, offer=number) for number in range(count)
            ]

    return write_


@pytest.fixture
def tamper(transactional_db: None) -> Callable[..., None]:
    """Change the ledger as someone who owns the database can: past the triggers."""

    def tamper_(statement: str, *values: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, values)

    return tamper_
