import ast
import re
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from dealdesk.celery import app
from desk.operations import KINDS

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "choice", "flag", "number", "listing", "folder", "secret", "token", "hosts", "site"}


def names_read() -> set[str]:
    """Every environment variable the project reads: env.<reader>("NAME", …) and os.environ in dealdesk/."""
    found = set()
    for file in (ROOT / "dealdesk").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                name = node.args[0]
                of_env = getattr(node.func.value, "id", "") == "env" and node.func.attr in READERS
                of_os = ast.unparse(node.func) == "os.environ.get"
                if (of_env or of_os) and isinstance(name, ast.Constant) and name.value != "PATH":
                    found.add(str(name.value))
    return found


def test_the_settings_table_lists_each_setting_once_and_nothing_else():
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operating.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(names_read())


def test_each_kind_of_effect_has_a_handler_and_a_name():
    assert set(settings.EFFECTS) == set(KINDS)  # each has its words on the operations page
    assert all(callable(import_string(path)) for path in settings.EFFECTS.values())


def test_a_task_ends_before_its_lease_and_the_lease_before_the_broker_gives_it_to_another():
    assert app.conf.task_time_limit == 60
    assert app.conf.broker_transport_options["visibility_timeout"] == 300
    assert (app.conf.task_acks_late, app.conf.worker_prefetch_multiplier) == (True, 1)
    assert app.conf.result_backend is None


def test_the_beat_rings_the_sweep_every_15_seconds():
    schedule = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert schedule == {"ledger.tasks.sweep": 15.0}
    app.loader.import_default_modules()
    assert "ledger.tasks.sweep" in app.tasks
