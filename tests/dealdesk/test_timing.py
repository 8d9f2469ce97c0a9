import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

SETTINGS = Path(__file__).resolve().parents[2] / "dealdesk" / "settings.py"
TIMED = "dealdesk.timing.TimingMiddleware"


@pytest.mark.django_db
def test_in_debug_each_answer_says_what_it_took(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], TIMED, *settings.MIDDLEWARE[1:]]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "NAME": "django", "BACKEND": "dealdesk.timing.Timed"}]
    said = client.get("/accounts/login/")["Server-Timing"]
    found = re.fullmatch(r'db;dur=[\d.]+;desc="(\d+) queries", render;dur=([\d.]+), total;dur=([\d.]+)', said)
    assert found
    assert int(found[1]) == 0
    assert 0 < float(found[2]) < float(found[3])


@pytest.mark.parametrize(("debug", "timed"), [("1", True), ("0", False)])
def test_without_debug_nothing_is_measured(monkeypatch: pytest.MonkeyPatch, debug: str, timed: bool) -> None:
    monkeypatch.setenv("DEBUG", debug)
    found = runpy.run_path(str(SETTINGS))
    assert (TIMED in found["MIDDLEWARE"]) == timed
    assert (found["TEMPLATES"][0]["BACKEND"] == "dealdesk.timing.Timed") == timed
