"""Past deals come in through the pages: a mapping mended, a look, every state, what was refused."""

import csv
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from base import clock
from deals.importing import run as running
from deals.models import Deal
from ledger.sweep import sweep
from people.models import User
from tests.brandt import publish_policy
from tests.browser.hindering import hindrances
from tests.cast import Cast
from tests.importing.files import MAPPING, row, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = [row(f"A{number:03}") for number in range(45)] + [row("B", net="viel"), row("C", closed="31.02.2025")]


@pytest.fixture(autouse=True)
def slices(cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Batches of ten deals, and a few of them to a slice, so that the page is met between two of them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    publish_policy(cast)
    seconds = count(0, 8)
    monkeypatch.setattr(running, "BATCH", 10)
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    yield


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_past_deals_come_in_through_the_pages(
    page: Page, sign_in: Callable[[Page, User], None], cast: Cast, tmp_path: Path
) -> None:
    past = written(tmp_path, "old-crm.csv", text_of(ROWS))
    wrong = written(tmp_path, "wrong.toml", MAPPING.replace("key =", "kee ="))
    right = written(tmp_path, "right.toml", MAPPING)
    sign_in(page, cast.ines)
    page.goto("/imports/")

    page.set_input_files("#id_file", past)
    page.set_input_files("#id_mapping", wrong)
    expect(page.locator("#mapping")).to_contain_text("“kee” is not known here")
    expect(page.locator("#mapping")).to_contain_text("line 9")
    assert hindrances(page, 1280, 390) == []
    page.set_input_files("#id_mapping", right)
    expect(page.locator("#mapping")).to_contain_text("source “old-crm”")
    page.get_by_role("button", name="Look into it").click()

    expect(page.get_by_role("heading", name="Check", exact=True)).to_be_visible()
    expect(page.locator("#state")).to_contain_text("All 47 rows: 47 deals, 2 refused.")
    expect(page.locator("tbody tr").first).to_contain_text("Müller & Söhne")
    assert not Deal.objects.exists()
    assert hindrances(page, 1280, 390) == []
    page.get_by_role("button", name="Import 45 of 47 deals").click()

    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    while not Deal.objects.exists():  # first every row is read, then deals land
        assert sweep(clock.now())
    expect(page.locator("#progress")).to_contain_text("of 47 deals", timeout=20_000)
    assert hindrances(page, 1280, 390) == []
    page.get_by_role("button", name="Stop after this batch").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    sweep(clock.now())
    page.reload()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    standing = Deal.objects.count()
    assert 0 < standing < 45
    assert hindrances(page, 1280, 390) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    while sweep(clock.now()):
        pass

    expect(page.get_by_role("heading", name="Done")).to_be_visible(
        timeout=20_000
    )  # the page finds out by itself
    expect(page.locator("#state")).to_contain_text("45 new")
    expect(page.locator("tbody")).to_contain_text("“Net” is no number")
    assert hindrances(page, 1280, 390) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 2 rows").click()
    with Path(download.value.path()).open(newline="", encoding="utf-8-sig") as lines:
        assert [cells[0] for cells in csv.reader(lines)] == ["row", "47", "48"]
    page.get_by_role("link", name="See the new deals").click()
    expect(page.locator("main")).to_contain_text("Müller & Söhne")
    assert Deal.objects.count() == 45
