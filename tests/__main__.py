"""`make test`: every check, then every test, on two cores; a table of seconds and a line of counts."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
TEMPLATES = sorted(map(str, Path("templates").rglob("*.html")))
WORKERS = "3"  # on two cores: some wait for a browser, or for servers of their own
Row = tuple[str, float, bool]
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
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes read what the first has compiled
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(check, CHECKS))
    counts = Counter(failed=sum(not good for _, _, good in rows))
    find_chromium()
    rows += run_tests(counts)
    print("\nsuite          seconds")
    for name, seconds, good in rows:
        print(f"{name:<12} {seconds:>9.1f}  {'ok' if good else 'FAILED'}")
    print(", ".join(f"{counts[word]} {word}" for word in ("passed", "failed", "skipped")))
    return 0 if all(good for _, _, good in rows) and not counts["failed"] else 1


def check(task: tuple[str, list[str], dict[str, str]]) -> Row:
    name, command, env = task
    began = time.monotonic()
    ran = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True)
    seconds = time.monotonic() - began
    print(f"{name}: {'ok' if ran.returncode == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
    if ran.returncode:
        print(ran.stdout + ran.stderr, flush=True)
    return name, seconds, ran.returncode == 0


def run_tests(counts: Counter[str]) -> list[Row]:
    """All suites in one go: a row for each with the seconds of its tests, then one with those it took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "table.json")
        command = [*PYTHON, "pytest", "-q", "--no-header", "-n", WORKERS, "--table", str(table)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pytest:
            last = ""
            for line in pytest.stdout or ():
                print(line, end="", flush=True)
                last = line if line.strip() else last
        rows = json.loads(table.read_text()) if table.exists() else []
    found = re.findall(r"(\d+) (passed|failed|errors?|skipped)", last)
    for number, word in found:
        counts["failed" if word.startswith("error") else word] += int(number)
    if pytest.returncode and not any(word.startswith(("failed", "error")) for _, word in found):
        counts["failed"] += 1  # it broke down, rather than one of its tests
    suites = [(name, seconds, not failed) for name, seconds, failed in rows]
    return [*suites, ("all tests", time.monotonic() - began, pytest.returncode == 0)]


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
