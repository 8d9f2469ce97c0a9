from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from base import canonical
from ledger.models import Event, Head
from ledger.record import record
from ledger.verify import verify
from people.models import User
from tests.cast import person

pytestmark = pytest.mark.django_db

LIMITS = canonical.digest("limits")


def test_an_event_is_chained_to_the_one_before(now):
    maya = person("maya")
    first = record("deal:1", "request.submitted", by=maya, at=now, revision=1)
    second = record("deal:1", "mandate.granted", by=None, at=now, limits=LIMITS)
    assert (first.sequence, first.previous) == (1, "")
    assert (second.sequence, second.previous) == (2, first.hash)
    head = Head.objects.get(stream="deal:1")
    assert (head.sequence, head.hash) == (2, second.hash)
    assert list(Event.objects.of("deal:1")) == [first, second]


def test_streams_are_chained_apart(now):
    record("deal:1", "deal.created", by=None, at=now)
    assert record("deal:2", "deal.created", by=None, at=now).sequence == 1


def test_the_body_is_canonical_json(now):
    event = record("deal:1", "offer.recorded", by=None, at=now, z=None, discount=Decimal("-0.0"), until=now)
    assert event.body == '{"discount":"0.0","schema":1,"until":"2026-06-11T09:30:00.000000Z","z":null}'
    event.refresh_from_db()
    assert event.facts == {"discount": "0.0", "schema": 1, "until": "2026-06-11T09:30:00.000000Z", "z": None}


def test_the_hash_is_the_one_that_was_agreed():
    event = record("policy", "policy.published", by=None, at=datetime(2026, 1, 1, tzinfo=UTC), number=14)
    said = (
        '{"acting_for":null,"actor":null,"at":"2026-01-01T00:00:00.000000Z","body":"{\\"number\\":14,\\"schema\\":1}",'
        '"kind":"policy.published","previous":"","schema":1,"sequence":1,"stream":"policy"}'
    )
    assert event.hash == canonical.digest(said)


@pytest.mark.parametrize(
    "body", [{"by_whom": "Maya Okafor"}, {"why": ["no-one", {"a": "two words"}]}, {"a": "x" * 129}]
)
def test_names_and_prose_are_refused(now, body):
    with pytest.raises(ValueError, match="no names or prose"):
        record("deal:1", "decision.made", by=None, at=now, **body)
    assert Event.objects.count() == Head.objects.count() == 0


def test_a_float_is_refused(now):
    with pytest.raises(ValueError, match=r"0\.1"):
        record("deal:1", "offer.recorded", by=None, at=now, discount=0.1)
    assert Event.objects.count() == 0


def test_who_acts_for_themselves_acts_for_nobody(now):
    maya = person("maya")
    with pytest.raises(IntegrityError, match="ledger_event_acting_for_another"), transaction.atomic():
        record("deal:1", "decision.made", by=maya, acting_for=maya, at=now)


def test_a_person_with_events_stays(now):
    maya = person("maya")
    record("deal:1", "decision.made", by=maya, at=now)
    with pytest.raises(ProtectedError):
        maya.delete()
    assert User.objects.filter(pk=maya.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(now):
    with pytest.raises(ValueError, match="in the transaction"):
        record("deal:1", "deal.created", by=None, at=now)
    assert Head.objects.count() == 0


def test_an_event_carries_the_transaction_that_wrote_it(now):
    event = record("deal:1", "deal.created", by=None, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert event.txid == cursor.fetchone()[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET kind = 'other'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "TRUNCATE ledger_event CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_happened(write, statement):
    (event,) = write("deal:1", 1)
    with (
        pytest.raises(DatabaseError, match="Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().hash == event.hash


def test_the_database_refuses_a_second_event_in_the_same_place(now):
    event = record("deal:1", "deal.created", by=None, at=now)
    event.pk, event.hash = None, canonical.digest("forged")
    with pytest.raises(IntegrityError, match="ledger_event_place_once"), transaction.atomic():
        event.save()
    assert Event.objects.count() == 1


def test_events_at_the_same_moment_form_one_chain(race, now):
    def write():
        with transaction.atomic():
            return record("deal:1", "offer.recorded", by=None, at=now).sequence

    assert set(race(*[write] * 8)) == {1, 2, 3, 4, 5, 6, 7, 8}
    assert verify().faults == ()


def test_a_change_that_is_undone_leaves_no_event(now, transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("deal:1", "offer.recorded", by=None, at=now)
        raise ZeroDivisionError
    assert Event.objects.count() == Head.objects.count() == 0
