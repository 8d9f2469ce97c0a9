"""One PostgreSQL and one Valkey per test run, a migrated template, one database per worker.

Loaded with `-p`, because pytest-django reads the settings before any conftest is asked.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from dealdesk.embedded import serve
from dealdesk.place import OWNER, Place

VAR = "DEALDESK_TEST_VAR"  # set by who runs the servers: the controller, or tests/__main__.py for all suites
RUN = ExitStack()


@contextmanager
def servers() -> Iterator[None]:
    """Servers of this run alone, which forget everything at its end."""
    var = Path(tempfile.mkdtemp(prefix="dealdesk-test-"))
    var.chmod(0o711)  # started by root, the servers run as another account
    try:
        with serve(Place(var), durable=False):
            os.environ[VAR] = str(var)
            yield
    finally:
        os.environ.pop(VAR, None)
        shutil.rmtree(var, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if VAR not in os.environ:
        RUN.enter_context(servers())
        atexit.register(RUN.close)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    place = Place(Path(os.environ[VAR]))
    number = int(worker[2:]) + 1 if worker.startswith("gw") else 0
    os.environ.update(
        DEALDESK_ENV="test",
        DEALDESK_VAR=os.environ[VAR],
        DATABASE_URL=place.database_url(OWNER, f"test_{worker}"),
        REDIS_URL=place.redis_url(2 * number),
        DJANGO_SETTINGS_MODULE="dealdesk.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright keeps a loop in the thread of the tests
    )
    for name in ("DATABASE_OWNER_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "PORT", "EMAIL_HOST"):
        os.environ.pop(name, None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is imported stays: nobody looks for garbage in it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure() -> None:
    RUN.close()
