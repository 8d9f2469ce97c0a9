"""The command that imports past deals."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from deals.importing.go_on import unfinished
from deals.models import Deal, Import
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import MAPPING, begin, row, text_of

pytestmark = pytest.mark.django_db
TABLE = """\
[[table]]
name = "products"
file = "products.csv"
key = "Name"
find = { column = "Product" }
[deal]"""


@pytest.fixture(autouse=True)
def place(cast: Cast, settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    publish_policy(cast)
    (tmp_path / "map.toml").write_text(MAPPING)
    (tmp_path / "old.csv").write_text(text_of([row("A"), row("B", net="viel")]))
    return tmp_path


def importing(place: Path, **options: Any) -> list[str]:
    out = StringIO()
    call_command(
        "import_deals",
        place / "old.csv",
        stdout=out,
        stderr=StringIO(),
        **{"mapping": place / "map.toml", **options},
    )
    return out.getvalue().splitlines()


def test_it_says_what_it_reads_how_far_it_is_and_what_came_of_it(place: Path) -> None:
    said = importing(place, errors=place / "refused.csv")
    assert said[0] == "old.csv: 2 rows, utf-8."
    assert said[1] == "2 of 2 rows read"
    assert said[2].startswith("2 of 2 deals, ")
    assert said[3] == "1 deals new, 0 the same, 1 refused (1 rows), judged by policy v14."
    assert (place / "refused.csv").read_text().splitlines()[1].startswith("3,Net,viel,")
    assert Deal.objects.get().external_id == "A"


def test_a_dry_run_writes_no_deal(place: Path) -> None:
    assert importing(place, dry_run=True)[-1].startswith("1 deals would be new")
    assert not Deal.objects.exists()


def test_when_every_row_is_refused_it_fails(place: Path) -> None:
    (place / "old.csv").write_text(text_of([row("B", net="viel")]))
    with pytest.raises(CommandError, match="Nothing landed"):
        importing(place)


def test_a_mapping_with_mistakes_is_refused_with_their_lines(place: Path) -> None:
    (place / "map.toml").write_text(MAPPING.replace('column = "Net"', 'column = "Netto"'))
    with pytest.raises(CommandError, match=r"line 26: .*no column “Netto”"):
        importing(place)
    assert not Import.objects.exists()


def test_tables_are_found_beside_the_file_or_where_they_are_said_to_be(place: Path) -> None:
    mapping = MAPPING.replace("[deal]", TABLE).replace(
        'list_price = { column = "List" }', 'list_price = { table = "products", column = "Price" }'
    )
    (place / "map.toml").write_text(mapping)
    with pytest.raises(CommandError, match=r"products\.csv cannot be read"):
        importing(place)
    (place / "products.csv").write_text("Name;Price\nPanel;1.000,00\n")
    importing(place)
    assert Deal.objects.count() == 1
    (place / "elsewhere.csv").write_text("Name;Price\nPanel;1.000,00\n")
    (place / "products.csv").unlink()
    said = importing(place, table=[f"products={place / 'elsewhere.csv'}"])
    assert said[-1].startswith("0 deals new, 1 the same")
    with pytest.raises(CommandError, match="no table prices"):
        importing(place, table=["prices=x"])


def test_another_version_may_judge(place: Path) -> None:
    with pytest.raises(CommandError, match="no published policy v15"):
        importing(place, policy=15)
    assert importing(place, policy=14)[-1].endswith("judged by policy v14.")


def test_it_goes_on_with_what_it_began(place: Path, cast: Cast) -> None:
    begun = begin(text_of([row("A"), row("B", net="viel")]).encode(), None)
    Import.objects.update(status=Import.Status.RUNNING)
    with (place / "old.csv").open("rb") as file:
        assert unfinished(file, MAPPING, dry_run=False) == begun
        assert unfinished(file, MAPPING, dry_run=True) is None
        assert unfinished(file, f"{MAPPING}#", dry_run=False) is None
    assert importing(place)[0] == f"Going on with import {begun.pk}, 0 deals done."
    assert Import.objects.count() == 1


def test_a_file_that_is_not_there_is_named(place: Path) -> None:
    (place / "old.csv").unlink()
    with pytest.raises(CommandError, match=r"old\.csv cannot be read"):
        importing(place)
