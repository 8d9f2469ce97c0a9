"""The first deals of a file as they would land."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from deals.importing import preview as previewing
from deals.importing.preview import preview
from deals.importing.run import run
from deals.models import Account, Deal, ImportRow
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import MAPPING, begin, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)


def test_each_deal_says_how_it_would_land(cast: Cast) -> None:
    run(begin([row("A")], cast.ines))
    rows = [
        row("A"),
        row("B", net="1.500,00"),
        row("C", owner="x"),
        row("B", product="Mount", net="1.900,00"),
    ]
    seen = preview(begin(rows, cast.ines))
    assert [(one.row, one.key, one.lands) for one in seen.first] == [
        (2, "A", "same"),
        (3, "B", "new"),
        (4, "C", "refused"),
    ]
    new, bad = seen.first[1:]
    assert (new.title, new.account, new.owner, new.outcome) == (
        "Panel for Müller & Söhne",
        "Müller & Söhne",
        "Maya Okafor",
        "won",
    )
    assert (new.net, new.discount, new.payment_days) == (D(3400), D("15.0"), D(30))
    assert new.needs is not None and new.needs["finance"] == 3
    assert (bad.column, bad.value, bad.reason) == ("Owner", "x", "is the e-mail address of nobody here")
    assert (seen.rows, seen.deals, seen.refused, seen.whole) == (4, 3, 1, True)


def test_it_says_how_the_file_is_read_and_what_is_left_out(cast: Cast) -> None:
    mapping = MAPPING.replace('cost_total = { column = "Cost" }\n', "")
    seen = preview(begin([row("A")], cast.ines, mapping))
    assert (seen.encoding, seen.delimiter, seen.left_out) == ("utf-8", ";", ("Cost",))
    assert len(seen.used) == 9


def test_nothing_is_written(cast: Cast) -> None:
    preview(begin([row("A")], cast.ines))
    assert not (Deal.objects.exists() or ImportRow.objects.exists())
    assert not Account.objects.filter(name="Müller & Söhne").exists()


def test_a_last_deal_that_may_go_on_is_left_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "SAMPLE", 2)
    seen = preview(begin([row("A"), row("B"), row("B", product="Mount")], cast.ines))
    assert [one.key for one in seen.first] == ["A"]
    assert not seen.whole


def test_rows_without_a_key_or_of_the_wrong_length_are_shown(cast: Cast) -> None:
    seen = preview(begin([row(""), "A;x"], cast.ines))
    assert [(one.row, one.lands, one.reason) for one in seen.first] == [
        (2, "refused", "is blank: every deal needs key"),
        (3, "refused", "has 2 cells, 10 were expected"),
    ]
