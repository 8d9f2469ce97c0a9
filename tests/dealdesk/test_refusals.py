"""Production does not start with a setting that is missing, senseless or known to all: one line each."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from dealdesk.place import OWNER
from tests.__main__ import PRODUCTION_ENV

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "dealdesk" / "settings.py"
WHAT_TO = "docs/operating.md says to what"
RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe(64))' prints them."
SECRET = f"set SECRET_KEY to 50 random characters or more, as {RANDOM}"
HOSTS = "set ALLOWED_HOSTS to the host names people use, separated by commas, as desk.example.com; not to *."
SITE = "set SITE_URL to https://host, as people type it; it is"
POSTGRES = "to postgresql://user:password@host:port/database."
REDIS = "to redis://host:port/0 or unix:///path/to/socket?db=0."
TOKEN = "set METRICS_TOKEN to 16 random characters or more, or leave it out."
REFUSED = [
    ("SECRET_KEY", "", f"set SECRET_KEY ({WHAT_TO})."),
    ("SECRET_KEY", "k9" * 24, SECRET),
    ("SECRET_KEY", "x" * 64, SECRET),
    ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2, SECRET),
    ("ALLOWED_HOSTS", "", f"set ALLOWED_HOSTS ({WHAT_TO})."),
    ("ALLOWED_HOSTS", ",", HOSTS),
    ("ALLOWED_HOSTS", "*", HOSTS),
    ("ALLOWED_HOSTS", "desk.example.com,*", HOSTS),
    ("SITE_URL", "", f"set SITE_URL ({WHAT_TO})."),
    ("SITE_URL", "http://desk.example.com", f"{SITE} 'http://desk.example.com'."),
    ("SITE_URL", "https://desk.example.com/app", f"{SITE} 'https://desk.example.com/app'."),
    ("SITE_URL", "https://other.example.com", "add other.example.com to ALLOWED_HOSTS: SITE_URL names it."),
    ("DEBUG", "1", "unset DEBUG: it shows visitors the inside of the product."),
    ("DEBUG", "on", "set DEBUG to one of 1, 0, true, false; it is 'on'."),
    ("DATABASE_URL", "", f"set DATABASE_URL ({WHAT_TO})."),
    ("DATABASE_URL", "mysql://desk@db/deals", f"set DATABASE_URL {POSTGRES}"),
    ("DATABASE_OWNER_URL", "postgresql://db.example.com/", f"set DATABASE_OWNER_URL {POSTGRES}"),
    ("REDIS_URL", "", f"set REDIS_URL ({WHAT_TO})."),
    ("REDIS_URL", "http://redis.example.com", f"set REDIS_URL {REDIS}"),
    ("CACHE_URL", "memory", f"set CACHE_URL {REDIS}"),
    ("EMAIL_HOST", "", f"set EMAIL_HOST ({WHAT_TO})."),
    ("DEFAULT_FROM_EMAIL", "", f"set DEFAULT_FROM_EMAIL ({WHAT_TO})."),
    ("METRICS_TOKEN", "prometheus", TOKEN),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_production_refuses_in_one_line(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    for given in {**PRODUCTION_ENV, "DEALDESK_VAR": str(tmp_path), name: value}.items():
        monkeypatch.setenv(*given)
    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(str(SETTINGS))
    assert str(refusal.value) == f"Deal Desk cannot start: {sentence}"


def test_with_nothing_left_out_it_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for given in {**PRODUCTION_ENV, "DEALDESK_VAR": str(tmp_path)}.items():
        monkeypatch.setenv(*given)
    found = runpy.run_path(str(SETTINGS))
    assert (found["DEBUG"], found["SECURE_SSL_REDIRECT"], found["SESSION_COOKIE_SECURE"]) == (
        False,
        True,
        True,
    )


def test_the_terminal_sees_one_line_and_no_traceback() -> None:
    env = {**os.environ, **PRODUCTION_ENV, "SITE_URL": "http://desk.example.com"}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    sentence = f"{SITE} 'http://desk.example.com'."
    assert (ran.returncode, ran.stderr) == (1, f"Deal Desk cannot start: {sentence}\n")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("postgres", "to a role that is no superuser: postgres may change what is append-only."),
        (OWNER, f"to another role than DATABASE_OWNER_URL: {OWNER} owns the tables."),
    ],
)
def test_production_is_not_migrated_for_a_role_that_could_change_the_record(role, sentence, monkeypatch):
    monkeypatch.setattr(settings, "PRODUCTION", True)
    monkeypatch.setattr(settings, "DATABASE_OWNER", {"USER": OWNER})
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "USER", role)
        with pytest.raises(SystemExit) as refusal:
            call_command("migrate", verbosity=0)
        connection.close()
    assert str(refusal.value) == f"Deal Desk cannot start: set DATABASE_URL {sentence}"
