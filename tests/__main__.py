"""`make test`: every check, then every suite, on two cores; a table of seconds and a line of counts."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.plugin import servers
from tests.suites import SUITES

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
TEMPLATES = sorted(map(str, Path("templates").rglob("*.html")))
CHECK_ENV = {"DEALDESK_ENV": "check"}
PRODUCTION_ENV = {  # stands for what an operator sets; nothing of it is used but by the check
    "DEALDESK_ENV": "production",
    "SECRET_KEY": "".join(chr(33 + i) for i in range(60)),
    "ALLOWED_HOSTS": "desk.example.com",
    "SITE_URL": "https://desk.example.com",
    "DATABASE_URL": "postgresql://dealdesk@db.example.com/dealdesk",
    "REDIS_URL": "redis://redis.example.com/0",
    "EMAIL_HOST": "mail.example.com",
    "DEFAULT_FROM_EMAIL": "desk@example.com",
}
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("types", [*PYTHON, "mypy"], CHECK_ENV),
    ("format", [*PYTHON, "ruff", "format", "--check", "."], {}),
    ("lint", [*PYTHON, "ruff", "check", "."], {}),
    ("templates", [*PYTHON, "djlint", "templates", "--lint", "--quiet"], {}),
    (
        "html",
        [str(Path(sys.executable).parent / "djade"), "--check", "--target-version", "5.2", *TEMPLATES],
        {},
    ),
    ("imports", [str(Path(sys.executable).parent / "lint-imports")], {}),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], CHECK_ENV),
    ("deploy", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION_ENV),
]


def main() -> int:
    os.environ["PYTHONUNBUFFERED"] = "1"
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(check, CHECKS))
    counts = Counter[str]()
    if "browser" in SUITES:
        find_chromium()
    with servers():
        for suite in SUITES:
            rows.append(run_suite(suite, counts))
    print("\nsuite          seconds")
    for name, seconds, good in rows:
        print(f"{name:<12} {seconds:>9.1f}  {'ok' if good else 'FAILED'}")
    counts["failed"] += sum(not good for name, _, good in rows if name not in SUITES)
    print(", ".join(f"{counts[word]} {word}" for word in ("passed", "failed", "skipped")))
    return 0 if all(good for _, _, good in rows) and not counts["failed"] else 1


def check(task: tuple[str, list[str], dict[str, str]]) -> tuple[str, float, bool]:
    name, command, env = task
    began = time.monotonic()
    ran = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True)
    seconds = time.monotonic() - began
    print(f"{name}: {'ok' if ran.returncode == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
    if ran.returncode:
        print(ran.stdout + ran.stderr, flush=True)
    return name, seconds, ran.returncode == 0


def run_suite(suite: str, counts: Counter[str]) -> tuple[str, float, bool]:
    print(f"\n--- {suite} ---", flush=True)
    began = time.monotonic()
    command = [*PYTHON, "pytest", "-q", "--no-header", "-n", "2", "--suite", suite]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pytest:
        last = ""
        for line in pytest.stdout or ():
            print(line, end="", flush=True)
            last = line if line.strip() else last
    for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", last):
        counts["failed" if word.startswith("error") else word] += int(number)
    return suite, time.monotonic() - began, pytest.returncode in (0, 5)  # 5: no test in this suite


def find_chromium() -> None:
    """Browser tests need Chromium; root on Debian gets it installed, others are told what to type."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("CHROMIUM") or any(map(shutil.which, names)):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", flush=True)
        subprocess.run("apt-get update -qq && apt-get install -y -qq chromium >/dev/null", shell=True)
    if not any(map(shutil.which, names)):
        print("No Chromium: apt install chromium, or `.venv/bin/playwright install --with-deps chromium`.")


if __name__ == "__main__":
    sys.exit(main())
