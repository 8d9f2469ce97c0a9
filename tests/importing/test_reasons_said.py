import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from base.locales import speaking
from deals.importing.reasons import KEPT, reason_said
from deals.importing.run import run
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import begin, row
from tests.words.pseudo import SPOKEN, spoken, wide

HERE = Path(__file__).parents[2] / "deals" / "importing"
OF_ROWS = ("cells", "heads", "land", "prepare", "prices", "shaping", "stage")  # where rows are refused


def texts(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((HERE / f"{module}.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "mark"):
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


@pytest.mark.parametrize("module", OF_ROWS)
def test_every_reason_that_is_kept_is_known_again(module: str) -> None:
    assert [text for text in texts(module) if text not in KEPT] == []


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ("is no number", "is no number"),
        ("is longer than 60 letters", "is longer than {most} letters"),
        ("is longer than … letters", "is longer than {most} letters"),
        ("is no position of liability: one, two", "is no position of {clause}: {positions}"),
    ],
)
def test_a_reason_is_read_in_the_language_of_its_reader(kept: str, text: str) -> None:
    with spoken(), speaking(SPOKEN), override(SPOKEN):
        said = reason_said(kept)
    assert said == wide(text).format(most=kept.split()[-2], clause="liability", positions="one, two")
    assert reason_said(kept) == kept


def test_a_reason_that_nobody_gives_any_more_stays_as_it_was_kept() -> None:
    with spoken(), speaking(SPOKEN), override(SPOKEN):
        assert reason_said("was said differently once") == "was said differently once"


@pytest.mark.django_db
def test_why_a_row_is_refused_is_kept_in_english_whoever_runs_it(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)
    import_ = begin([row("A", net="much"), "B;too;short"], cast.ines)
    with spoken(), speaking(SPOKEN), override(SPOKEN):
        run(import_)
    reasons = import_.refusals.values_list("reason", flat=True)
    assert [*reasons] == ["is no number", "has 3 cells, 10 were expected"]
