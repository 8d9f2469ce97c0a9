"""Which suite a test belongs to, read from what it asks for; `pytest --suite http` runs one of them.

`--table FILE` keeps what `make test` says of each suite: the seconds of its tests, and how many failed.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

SUITES = ("pure", "postgres", "concurrency", "http", "browser")
BROWSER = {"page", "chromium", "live"}
HTTP = {"client", "admin_client", "rf"}
DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suite", choices=SUITES, help="only the tests of one suite")
    parser.addoption("--table", type=Path, help="write here, as JSON, the seconds and failures of each suite")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--table")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Table(path))


class Table:
    """What is told of each suite by those who run its tests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == "suite":
                self.seconds[str(value)] += report.duration
                self.failed[str(value)] += report.failed

    def pytest_sessionfinish(self) -> None:
        rows = [(name, self.seconds[name], self.failed[name]) for name in SUITES if name in self.seconds]
        self.path.write_text(json.dumps(rows))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties.append(("suite", suite(item)))
    items.sort(key=place)
    wanted = config.getoption("--suite")
    if wanted:
        left = [item for item in items if suite(item) != wanted]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if suite(item) == wanted]


def place(item: pytest.Item) -> tuple[bool, int, bool]:
    """What takes long goes first; the browser last: its event loop stays for the rest of a process."""
    number, short = SUITES.index(suite(item)), item.get_closest_marker("long") is None
    return short or suite(item) == "browser", number, short


def suite(item: pytest.Item) -> str:
    fixtures = set(getattr(item, "fixturenames", ()))
    marks = {mark.name for mark in item.iter_markers()}
    if "browser" in marks or fixtures & BROWSER:
        return "browser"
    if marks & {"concurrency", "services"} or "race" in fixtures:
        return "concurrency"
    if "http" in marks or fixtures & HTTP:
        return "http"
    if "django_db" in marks or fixtures & DATABASE:
        return "postgres"
    return "pure"
