"""Each fault in its short form, over real processes on servers of their own; the long one: `make faults`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from dealdesk.embedded import binary_postgres

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("faults")]
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 280  # a minute on two quiet cores; pytest itself ends what hangs after 300
Told = Mapping[str, Any]


@pytest.fixture(scope="module")
def told(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What one run says of all faults: its database begins as a copy of ours, which is migrated."""
    folder = tmp_path_factory.mktemp("faults")
    dump, rows = folder / "dump.sql", folder / "rows.json"
    copy = [binary_postgres("pg_dump"), "--no-owner", "--no-privileges", "-f", dump, settings.DATABASE_URL]
    subprocess.run([*map(str, copy)], check=True)
    command = [sys.executable, "-m", "tests.faults", "--short", "--dump", dump, "--rows", rows]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [*map(str, command)], cwd=ROOT, env=kept, capture_output=True, text=True, timeout=SECONDS
    )
    assert rows.exists(), ran.stdout + ran.stderr
    found: Told = json.loads(rows.read_text())
    return {row["fault"]: row for row in found["rows"]} | {"broken": found["broken"]}


def clean(row: Mapping[str, Any]) -> bool:
    """All that was due is done, once in the database; no message came again that was not on its way."""
    whole = row["due"] == row["once"] and not (row["twice"] or row["lost"] or row["parked"])
    return whole and row["again"] <= row["flights"]


def test_what_killed_workers_leave_is_done_once_and_a_message_comes_again_only_if_it_was_on_its_way(told):
    row = told["workers killed with -9"]
    assert clean(row), row
    assert row["injected"] >= 6  # in an act, a commit and a send, and at random moments while there is work
    assert row["due"] >= 1500


def test_nothing_is_lost_or_comes_again_when_redis_is_emptied_stopped_and_back_empty(told):
    row = told["Redis emptied, stopped, back empty"]
    assert clean(row), row
    assert (row["again"], row["injected"]) == (0, 3)


def test_nothing_is_lost_when_postgres_crashes_and_connections_are_cut(told):
    row = told["PostgreSQL crashed, connections cut"]
    assert clean(row), row
    assert row["injected"] == 2


def test_two_schedulers_and_five_sweepers_at_once_do_each_thing_once(told):
    row = told["two schedulers, five sweepers at once"]
    assert clean(row), row
    assert row["again"] == 0


def test_every_message_arrives_once_its_mail_server_or_chat_is_well_again(told):
    row = told["mail and chat drop, time out, say 500, are gone"]
    assert clean(row), row
    assert row["injected"] >= 5


def test_a_full_disk_for_mails_and_log_is_named_and_loses_nothing(told):
    row = told["no room for mails and log"]
    assert clean(row), row
    assert row["injected"] == 20
    assert row["due"] >= 40  # each mail, and the chat message beside it


def test_what_was_left_behind_by_the_faults_is_done_by_the_next_sweep(told):
    assert clean(told["left behind by all of these"])


def test_a_moved_clock_makes_each_timer_act_once_at_its_working_hour(told):
    row = told["clock over a year end and changes of the hour"]
    assert clean(row), row
    assert row["injected"] == 3
    assert row["again"] == 0


def test_the_ledger_verifies_and_no_open_step_is_nobodys_after_all_of_it(told):
    assert told["broken"] == []
