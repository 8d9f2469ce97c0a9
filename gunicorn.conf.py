"""Read by gunicorn wherever it is started in this folder: what its processes count is one."""

import os
import shutil
import tempfile
from typing import Any

FOLDER = tempfile.mkdtemp(prefix="dealdesk-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = FOLDER

from prometheus_client import multiprocess  # noqa: E402  it reads the environment when it is imported


def child_exit(server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
