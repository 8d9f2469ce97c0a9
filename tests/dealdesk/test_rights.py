from contextlib import closing

import pgtrigger
import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from dealdesk.place import APP, OWNER
from dealdesk.rights import as_owner, grant_rights


@pytest.fixture
def as_product(db):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
        yield cursor


def rights(cursor, table: str) -> list[str]:
    cursor.execute(
        "SELECT p FROM unnest(%s) AS p WHERE has_table_privilege(%s, %s, p)",
        [["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"], APP, table],
    )
    return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_the_product_reads_and_adds_events_and_no_more():
    with connection.cursor() as cursor:
        assert rights(cursor, "ledger_event") == ["SELECT", "INSERT"]
        assert rights(cursor, "ledger_effect") == ["SELECT", "INSERT", "UPDATE", "DELETE"]


@pytest.mark.django_db
def test_granting_again_does_not_widen_them():
    grant_rights(APP)
    with connection.cursor() as cursor:
        assert rights(cursor, "ledger_event") == ["SELECT", "INSERT"]


def test_every_table_whose_rows_are_never_changed_is_one_the_product_only_adds_to():
    kept = {
        model._meta.db_table
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", ())
        if isinstance(trigger, pgtrigger.Protect)
        and trigger.condition is None
        and str(trigger.operation) == "UPDATE OR DELETE"
    }
    assert sorted(settings.APPEND_ONLY_TABLES) == sorted(kept)
    assert "approvals_opening" in kept


@pytest.mark.parametrize(
    "statement", ["DELETE FROM ledger_event", "TRUNCATE ledger_event", "DROP TABLE ledger_event"]
)
def test_the_database_refuses_the_product_what_it_has_no_right_to(as_product, statement):
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        as_product.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_migrations_sign_in_as_the_owner_and_the_product_does_not(settings):
    usual = connection.settings_dict["USER"]
    settings.DATABASE_OWNER = {"USER": "postgres"}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("postgres",)
    assert connection.settings_dict["USER"] == usual == OWNER


def test_neither_role_is_a_superuser(db):
    with closing(psycopg2.connect(settings.PLACE.database_url("postgres", "postgres"))) as server:
        with server.cursor() as cursor:
            cursor.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = ANY(%s)", [[OWNER, APP]])
            assert dict(cursor.fetchall()) == {OWNER: False, APP: False}
