"""Which suite a test belongs to, read from what it asks for; `pytest --suite http` runs one of them."""

import pytest

SUITES = ("pure", "postgres", "concurrency", "http", "browser")
BROWSER = {"page", "chromium", "live"}
HTTP = {"client", "admin_client", "rf"}
DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suite", choices=SUITES, help="only the tests of one suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    wanted = config.getoption("--suite")
    if wanted:
        left = [item for item in items if suite(item) != wanted]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if suite(item) == wanted]


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
