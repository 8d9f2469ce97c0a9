"""An empty database is made in one go by what is squashed; one made step by step goes on from there."""

from operator import attrgetter
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

FOR_OLD_ROWS = {
    ("approvals", "0005_hold_requests_and_deals")
}  # changes rows alone: an empty database has none


def squashes(loader: MigrationLoader) -> list[Migration]:
    return [one for one in loader.disk_migrations.values() if one.replaces]


def read(state: ModelState) -> dict[str, Any]:
    """What a migration wrote of a model, comparable."""
    options: dict[str, Any] = {key: value for key, value in state.options.items() if key != "constraints"}
    constraints = sorted(state.options["constraints"], key=attrgetter("name"))
    fields = {name: field.deconstruct()[1:] for name, field in state.fields.items()}
    return {"fields": fields, "constraints": constraints, "bases": state.bases} | options


def models(state: ProjectState) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: read(model) for key, model in state.models.items()}


def test_both_ways_lead_to_the_same_models() -> None:
    at_once = models(MigrationLoader(None).project_state())
    step_by_step = models(MigrationLoader(None, replace_migrations=False).project_state())
    assert at_once.keys() == step_by_step.keys()
    for key, model in at_once.items():
        assert model == step_by_step[key], key


def sql(*parts: Migration) -> list[Any]:
    return [op.sql for one in parts for op in one.operations if isinstance(op, RunSQL)]


def test_what_is_squashed_runs_the_same_sql_of_its_own() -> None:
    loader = MigrationLoader(None)
    for squash in squashes(loader):
        parts = [loader.disk_migrations[key] for key in squash.replaces if key not in FOR_OLD_ROWS]
        assert sql(squash) == sql(*parts)


@pytest.mark.django_db
def test_a_database_made_step_by_step_needs_nothing_of_what_is_squashed() -> None:
    recorder = MigrationRecorder(connection)
    squashed = squashes(MigrationLoader(connection))
    assert {one.app_label for one in squashed} >= {"people", "deals", "approvals", "ledger"}
    for one in squashed:
        recorder.record_unapplied(one.app_label, one.name)
        assert set(one.replaces) <= recorder.applied_migrations().keys()

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    executor.check_replacements()
    assert {(one.app_label, one.name) for one in squashed} <= recorder.applied_migrations().keys()


@pytest.mark.django_db
def test_a_database_made_half_way_goes_the_rest_step_by_step() -> None:
    recorder, loader = MigrationRecorder(connection), MigrationLoader(connection)
    (ledger,) = [one for one in squashes(loader) if one.app_label == "ledger"]
    squashed = {*ledger.replaces, (ledger.app_label, ledger.name)}
    since = sorted(key for key in loader.disk_migrations if key[0] == "ledger" and key not in squashed)
    rest = [*ledger.replaces[3:], *since]
    recorder.record_unapplied(ledger.app_label, ledger.name)
    for app, name in rest:
        recorder.record_unapplied(app, name)

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert [(one.app_label, one.name) for one, _ in plan] == rest
