from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.models import Event, Head
from ledger.newborn import record_first
from ledger.record import record
from ledger.verify import verify

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
BIRTHS = [(f"deal:{number}", {"account": number, "source": "old-crm"}) for number in range(1, 4)]


def test_each_stream_begins_as_record_would_have_begun_it(cast):
    record_first("deal.imported", BIRTHS, by=cast.ines, at=AT)
    one = record("deal:9", "deal.imported", by=cast.ines, at=AT, account=1, source="old-crm")

    first = Event.objects.get(stream="deal:1")
    assert (first.sequence, first.kind, first.at, first.actor) == (1, "deal.imported", AT, cast.ines)
    assert (first.body, first.previous) == (one.body, "")
    assert (verify().streams, verify().events, verify().faults) == (4, 4, ())


def test_it_takes_two_statements_however_many_begin(db):
    with CaptureQueriesContext(connection) as one:
        record_first("deal.imported", BIRTHS[:1], by=None, at=AT)
    with CaptureQueriesContext(connection) as more:
        record_first("deal.imported", BIRTHS[1:], by=None, at=AT)
    assert len(more) == len(one)
    assert len([query for query in more if "INSERT" in query["sql"]]) == 2


def test_the_stream_goes_on_from_there(db):
    record_first("deal.imported", BIRTHS, by=None, at=AT)
    later = record("deal:2", "deal.closed", by=None, at=AT)

    assert later.sequence == 2
    assert later.previous == Event.objects.get(stream="deal:2", sequence=1).hash
    assert verify().faults == ()


def test_a_stream_that_has_begun_begins_no_second_time(db):
    record_first("deal.imported", BIRTHS[:1], by=None, at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        record_first("deal.imported", BIRTHS, by=None, at=AT)

    assert list(Event.objects.values_list("stream", flat=True)) == ["deal:1"]
    assert Head.objects.count() == 1


def test_prose_is_refused_and_nothing_begins(db):
    with pytest.raises(ValueError, match="no names or prose"):
        record_first("deal.imported", [*BIRTHS, ("deal:4", {"title": "Panels for Brandt"})], by=None, at=AT)
    assert not Event.objects.exists()


def test_it_needs_the_transaction_of_what_it_tells(transactional_db):
    with pytest.raises(ValueError, match="in the transaction"):
        record_first("deal.imported", BIRTHS, by=None, at=AT)
    assert not Event.objects.exists()
