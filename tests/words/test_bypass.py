"""Whatever the product says goes through translation: see tests/words/pseudo.py."""

from collections.abc import Iterator

import pytest
import time_machine

from people.models import User
from tests.desk.banding import World, make_world
from tests.desk.costing import HERE
from tests.desk.making import THURSDAY
from tests.desk.walking import Answers, papers_as_facts, probe, walk
from tests.words.pseudo import SPOKEN, bypassing, kept, spoken, texts

READERS = {
    "maya": ("D-1284",),
    "henrik": ("D-1284",),
    "tomas": ("D-1292",),
    "ines": ("D-1288",),
}


@pytest.fixture
def world() -> Iterator[World]:
    with time_machine.travel(THURSDAY, tick=False), papers_as_facts():
        made = make_world(HERE)
        User.objects.update(locale=SPOKEN)
        yield made


def said(answers: Answers) -> dict[str, str]:
    """Each text of the pages, with one address where it stands."""
    return {
        text: f"{key[0]} {key[-1]}"
        for key, (_, headers, body) in answers.items()
        if "html" in headers.get("Content-Type", "")
        for text in texts(body)
    }


@pytest.mark.django_db
def test_every_page_says_everything_through_translation(world: World) -> None:
    seen: dict[str, str] = {}
    with spoken():
        for who, numbers in READERS.items():
            seen |= said(walk(world, who, numbers))
        seen |= said(probe(world, READERS))
    assert len(seen) > 1500
    assert {text: seen[text] for text in bypassing(seen, kept())} == {}
