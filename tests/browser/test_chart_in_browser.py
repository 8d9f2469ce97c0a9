"""A chart is drawn for whoever explores; its table is there for everybody."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from base import clock
from guardrails.models import PolicyVersion
from people.models import User
from tests.cast import Cast
from tests.desk.making import make_version
from tests.desk.test_leakage_page import won as won

FIGURE = re.compile(r'<figure class="chart .*?</figure>', re.DOTALL)
CHART = "Chart.getChart(document.querySelector('figure.chart canvas'))"
TIP = "options.plugins.tooltip.callbacks.label({ dataset: { label: 'Leak' }, raw: 1234.5 })"


@pytest.fixture
def version(transactional_db: None, cast: Cast) -> PolicyVersion:
    return make_version(cast.ines, cast.dana)


@pytest.mark.browser
def test_a_chart_is_drawn_in_the_readers_numbers_above_its_table(
    page: Page, sign_in: Any, won: Any, cast: Cast
) -> None:
    User.objects.filter(pk=cast.ines.pk).update(locale="de")
    for number, days in (("D-1", 40), ("D-2", 80)):
        won(number, on=str((clock.now() - timedelta(days=days)).date()))
    sign_in(page, cast.ines)
    page.goto("/insights/leakage/")
    figure = page.locator("figure.chart").first
    expect(figure.locator("canvas")).to_be_visible()
    assert page.evaluate(f"{CHART}.data.datasets.length") == 2
    assert page.evaluate(f"{CHART}.{TIP}") == "Leak: 1.234,5 points"
    expect(figure.locator("table")).to_be_hidden()
    figure.locator("summary").click()
    expect(figure.locator("table")).to_be_visible()


def test_no_chart_is_without_a_table() -> None:
    figures = [
        figure
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for figure in FIGURE.findall(path.read_text())
    ]
    assert figures
    assert [figure for figure in figures if "<details" not in figure or "<table" not in figure] == []
