"""One PostgreSQL and one Valkey per test run, a migrated template, one database per worker.

Loaded with `-p`, because pytest-django reads the settings before any conftest is asked.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from dealdesk.embedded import OWNER, Place, serve

RUN = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ.update(DEALDESK_ENV="test", DJANGO_SETTINGS_MODULE="dealdesk.settings", DJANGO_ALLOW_ASYNC_UNSAFE="1")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        var = Path(tempfile.mkdtemp(prefix="dealdesk-test-"))
        RUN.callback(shutil.rmtree, var, ignore_errors=True)
        RUN.callback(shutil.rmtree, Place(var).sockets, ignore_errors=True)
        RUN.enter_context(serve(Place(var), durable=False))
        os.environ["DEALDESK_VAR"] = str(var)
    place = Place(Path(os.environ["DEALDESK_VAR"]))
    number = int(worker.removeprefix("gw") or "-1") + 1
    os.environ["DATABASE_URL"] = place.database_url(OWNER, f"test_{worker or 'main'}")
    os.environ["REDIS_URL"] = place.redis_url(2 * number)


def pytest_unconfigure() -> None:
    RUN.close()
