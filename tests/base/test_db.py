import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from base.db import constraint, lock_timeout, refusal, translate
from base.errors import Busy, WrongState
from people.models import Team

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_taken_constraint_becomes_a_refusal_by_its_name():
    Team.objects.create(name="DACH", region="DACH")
    with (
        pytest.raises(WrongState, match=r"^There is such a team\.$"),
        translate({"people_team_name_once": "There is such a team."}),
    ):
        Team.objects.create(name="DACH", region="DACH")
    assert Team.objects.count() == 1


def test_a_constraint_nobody_named_stays_a_bug():
    Team.objects.create(name="DACH", region="DACH")
    with pytest.raises(IntegrityError) as caught, translate({"another": "No."}):
        Team.objects.create(name="DACH", region="DACH")
    assert constraint(caught.value) == "people_team_name_once"
    assert refusal(caught.value) is None


def test_another_integrity_error_has_no_unique_constraint():
    with pytest.raises(IntegrityError) as caught:
        Team.objects.create(name="DACH", region="DACH", leader_id=-1)
    assert constraint(caught.value) == ""


def test_who_waits_too_long_for_a_lock_is_told_it_is_busy(race):
    team = Team.objects.create(name="DACH", region="DACH")

    def hurried():
        with translate(), transaction.atomic():
            lock_timeout(150)
            Team.objects.select_for_update().get(pk=team.pk)

    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        (ended,) = race(hurried)
    assert isinstance(ended, Busy)
    assert isinstance(ended.__cause__, OperationalError)


def test_the_short_wait_ends_with_its_transaction():
    with transaction.atomic():
        lock_timeout(150)
        assert shown_timeout() == "150ms"
    assert shown_timeout() != "150ms"


def test_other_database_errors_stay_bugs():
    with pytest.raises(DatabaseError) as caught, translate(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert refusal(caught.value) is None


def shown_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]
