"""Pages with nothing on them yet have their headings in order too: none is skipped on the way down."""

import itertools
import re

import pytest
from django.test import Client

from approvals.models import Step
from approvals.recall import recall
from approvals.submit import submit
from deals.models import Deal
from tests.brandt import step_of
from tests.cast import Cast

HEADING = re.compile(r"<h([1-6])[ >]")


def skipped(client: Client, address: str) -> list[str]:
    """Each level that comes more than one below the heading before it."""
    answer = client.get(address)
    assert answer.status_code == 200
    levels = [int(level) for level in HEADING.findall(answer.content.decode())]
    return [f"{address}: h{one} h{two}" for one, two in itertools.pairwise(levels) if two > one + 1]


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def test_no_heading_is_skipped_where_nothing_was_asked_yet(client: Client, brandt: Deal, cast: Cast) -> None:
    client.force_login(cast.maya)
    pages = ("offers", "decisions", "approvals", "economics", "exceptions", "concerns", "record", "comments")
    assert [one for page in pages for one in skipped(client, f"/deals/D-1284/{page}/")] == []


def test_no_heading_is_skipped_before_the_first_offer_and_after_a_recall(
    client: Client, step: Step, cast: Cast
) -> None:
    client.force_login(cast.maya)
    assert skipped(client, "/deals/D-1284/offers/") == []
    recall(step.deal, by=cast.maya)
    client.force_login(cast.ines)
    empty = (f"/reviews/{step.pk}/intervene/", "/queue/bulk/?verb=reassign", "/queue/")
    assert [one for address in empty for one in skipped(client, address)] == []
