from dataclasses import replace
from decimal import Decimal as D

import pytest

from approvals.close import close
from approvals.offer import offer
from base import clock
from base.format import SPACE
from deals.draft import ask_of
from guardrails.models import PolicyVersion

TARGET = ("16", "10", "0", "0")
SENTENCES: tuple[tuple[tuple[str, ...], dict[str, D], str], ...] = (
    (TARGET, {}, "Signed at €1,924,560, the target: nothing was given away."),
    (("15", "10", "0", "0"), {}, "Signed at €1,939,050, €14,490 above the target of €1,924,560."),
    (
        ("20", "10", "0", "0"),
        {},
        "Signed at €1,866,600, €57,960 (2.6 points) under the target of €1,924,560, "
        "35 % of the room down to the limit of €1,759,680.",
    ),
    (
        ("24.5", "18", "10", "15"),
        {},
        "Signed at €1,728,450, €196,110 (8.9 points) under the target of €1,924,560 "
        "and €31,230 past the limit of €1,759,680.",
    ),
    (
        TARGET,
        {"term_months": D(24)},
        "Signed at €1,326,540, the target: nothing was given away. "
        "Lines, volumes or length are not those asked for, so target and limit are priced for what was "
        "signed.",
    ),
)


@pytest.fixture
def room(client, brandt, cast):
    """room(): the overview of the deal, with plain spaces."""

    def room_():
        client.force_login(cast.maya)
        answer = client.get("/deals/D-1284/")
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return room_


@pytest.mark.parametrize(("discounts", "values", "sentence"), SENTENCES)
def test_a_won_deal_says_how_it_came_out(granted, cast, room, discounts, values, sentence):
    terms = granted.request.revision.ask.target
    pairs = zip(terms.lines, discounts, strict=True)
    lines = tuple(replace(line, discount=D(off)) for line, off in pairs)
    terms = replace(terms, lines=lines, values={**terms.values, **values})
    close(granted.deal, by=cast.maya, signed=terms)
    assert f"<p>{sentence}</p>" in room()


def test_a_deal_won_without_a_mandate_has_nothing_to_compare_with(brandt, cast, room):
    ask = ask_of(brandt, PolicyVersion.objects.in_force(clock.now()).policy, clock.now())
    close(brandt, by=cast.maya, signed=ask.target)
    assert "<p>Won without a mandate: there is no target and no limit to compare it with.</p>" in room()


def test_neither_an_open_nor_a_lost_deal_says_so(granted, cast, room):
    assert "Signed at" not in room()
    close(granted.deal, by=cast.maya, reason="Their incumbent")
    page = room()
    assert "Signed at" not in page
    assert "Their incumbent" in page


def test_the_figures_of_a_won_deal_are_of_the_signature_not_of_its_last_offer(granted, cast, room):
    target = granted.request.revision.ask.target
    offer(granted.deal, by=cast.maya, terms=target, good_until=clock.today())
    assert "Given away so far" in room()
    close(granted.deal, by=cast.maya, signed=granted.request.revision.ask.walk_away)
    page = room()
    assert "Given away so far" not in page
    assert "<dt>Signed</dt><dd>€1,728,450</dd>" in page
    assert '<dd>€196,110</dd><dd class="sub">€31,230 past the limit</dd>' in page
