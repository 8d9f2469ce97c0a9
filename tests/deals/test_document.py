import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base import canonical
from deals.document import (
    Document,
    Get,
    ask_document,
    ask_from,
    expiry_from,
    gets_from,
    measured_document,
    measured_from,
    offer_document,
    terms_document,
    terms_from,
    terms_hash,
    world_from,
)
from deals.economics import measure
from deals.terms import TYPED, Ask, Line, World
from tests.deals.brandt import BRANDT, OFFER_5, POLICY, TARGET, WALK_AWAY
from tests.deals.strategies import asks, exact

GOLDEN = Path(__file__).parent / "golden"
WORLD = World(D("1000000"), D("910000.5"))
GETS = (Get("invoices_per_year", "=", D(1)),)
EXPIRY = date(2026, 6, 28)
TEXTS = {"liability": {"target": "At most the fees.", "walk_away": "At most 1.5 yearly fees."}}


def brandt(ask: Ask = BRANDT, **changes: Any) -> Document:
    usual: dict[str, Any] = {"world": WORLD, "gets": GETS, "wanted_expiry": EXPIRY, "texts": TEXTS}
    return ask_document(ask, **{**usual, **changes})


def read(document: Document) -> Any:
    return json.loads(canonical.dumps(document))


def first_line(ask: Ask, **changes: Any) -> Ask:
    """The same change at both ends."""
    ends = (ask.target, ask.walk_away)
    return Ask(
        *(
            replace(
                end,
                lines=tuple(
                    replace(line, **changes) if line.key == "platform" else line for line in end.lines
                ),
            )
            for end in ends
        )
    )


def both(ask: Ask, **changes: Any) -> Ask:
    return Ask(replace(ask.target, **changes), replace(ask.walk_away, **changes))


def test_the_documents_of_brandt_never_change() -> None:
    documents = {
        "ask.json": brandt(),
        "offer.json": offer_document(OFFER_5, date(2026, 6, 20)),
        "measured.json": measured_document(measure(WALK_AWAY, POLICY, WORLD)),
    }
    for name, document in documents.items():
        assert canonical.dumps(document) + "\n" == (GOLDEN / name).read_text(), name


def test_the_hash_of_brandt_never_changes() -> None:
    assert terms_hash(brandt()) == (GOLDEN / "ask.terms_hash").read_text().strip()
    assert terms_hash(read(brandt())) == terms_hash(brandt())  # also after it was stored


CHANGED_LINE = {
    "key": "seats",
    "product": "seat-plus",
    "family": "Support",
    "recurring": False,
    "quantity": D("420.0001"),
    "list_price": D("1150.01"),
    "tier": D("10.000001"),
    "cost": None,
    "floor": None,
    "discount": D("24.500001"),
}
CHANGED_FRAME = {"account": "x", "segment": "x", "region": "x", "deal_type": "x", "currency": "USD"}


def test_names_are_the_only_part_of_a_line_that_the_hash_does_not_cover() -> None:
    assert {field.name for field in fields(Line)} - set(CHANGED_LINE) == {"name", "per"}


@pytest.mark.parametrize("field", CHANGED_LINE)
def test_the_hash_covers_every_number_of_a_line(field: str) -> None:
    assert terms_hash(brandt(first_line(BRANDT, **{field: CHANGED_LINE[field]}))) != terms_hash(brandt())


def test_the_hash_covers_the_discounts_of_both_ends() -> None:
    deeper = first_line(BRANDT, discount=D("24.500001"))
    hashes = {
        terms_hash(brandt(ask))
        for ask in (BRANDT, Ask(TARGET, deeper.walk_away), Ask(deeper.target, WALK_AWAY))
    }
    assert len(hashes) == 3


@pytest.mark.parametrize("field", CHANGED_FRAME)
def test_the_hash_covers_the_frame(field: str) -> None:
    other = both(BRANDT, frame=replace(TARGET.frame, **{field: CHANGED_FRAME[field]}))
    assert terms_hash(brandt(other)) != terms_hash(brandt())


@pytest.mark.parametrize("key", TYPED)
@pytest.mark.parametrize("end", ["target", "walk_away"])
@pytest.mark.parametrize("value", [D(7), None])
def test_the_hash_covers_every_term_at_both_ends(key: str, end: str, value: D | None) -> None:
    terms = getattr(BRANDT, end)
    moved = replace(BRANDT, **{end: replace(terms, values={**terms.values, key: value})})
    assert terms_hash(brandt(moved)) != terms_hash(brandt())


@pytest.mark.parametrize("end", ["target", "walk_away"])
@pytest.mark.parametrize("position", ["fallback-2", None])
def test_the_hash_covers_positions_at_both_ends(end: str, position: str | None) -> None:
    terms = getattr(BRANDT, end)
    moved = replace(BRANDT, **{end: replace(terms, clauses={**terms.clauses, "liability": position})})
    assert terms_hash(brandt(moved)) != terms_hash(brandt())


@pytest.mark.parametrize(
    "changes",
    [
        {"world": World(D("1000000"), D("910000.51"))},
        {"world": World(None, None)},
        {"gets": ()},
        {"gets": (Get("invoices_per_year", "<=", D(1)),)},
        {"gets": (*GETS, *GETS)},
        {"wanted_expiry": None},
        {"wanted_expiry": date(2026, 6, 29)},
        {"texts": {}},
        {"texts": {"liability": {**TEXTS["liability"], "walk_away": "At most 1.5 yearly fees!"}}},
        {"texts": {"liability": {**TEXTS["liability"], "target": "Other words."}}},
    ],
)
def test_the_hash_covers_what_else_a_decision_rests_on(changes: dict[str, Any]) -> None:
    assert terms_hash(brandt(**changes)) != terms_hash(brandt())


def test_the_hash_covers_rate_and_partner_fee() -> None:
    assert terms_hash(brandt(both(BRANDT, rate=D("1.00000001")))) != terms_hash(brandt())
    assert terms_hash(brandt(both(BRANDT, partner_fee=D("4.01")))) != terms_hash(brandt())


def test_names_brief_order_and_spelling_are_not_covered() -> None:
    same = terms_hash(brandt())
    assert terms_hash(brandt(first_line(BRANDT, name="Renamed", per="seat"))) == same
    assert terms_hash({**brandt(), "brief": {"title": "Another", "objective": "Other words"}}) == same
    turned = Ask(*(replace(end, lines=end.lines[::-1]) for end in (TARGET, WALK_AWAY)))
    assert terms_hash(brandt(turned)) == same
    two = (Get("payment_days", "<=", D(30)), *GETS)
    assert terms_hash(brandt(gets=two)) == terms_hash(brandt(gets=two[::-1]))
    accents = [{"liability": {"target": text}} for text in ("Haftungsh\u00f6he", "Haftungsho\u0308he")]
    assert terms_hash(brandt(texts=accents[0])) == terms_hash(brandt(texts=accents[1]))
    assert terms_hash(brandt(first_line(BRANDT, quantity=D("420.0")))) == same


def test_a_document_holds_the_hash_of_words_and_not_the_words() -> None:
    assert "yearly fees" not in canonical.dumps(brandt())


def test_a_number_with_more_digits_than_its_field_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"24\.5000001"):
        brandt(first_line(BRANDT, discount=D("24.5000001")))
    with pytest.raises(ValueError, match=r"30\.5"):
        terms_document(replace(TARGET, values={**TARGET.values, "payment_days": D("30.5")}))


def test_the_ends_of_an_ask_have_the_same_lines() -> None:
    with pytest.raises(ValueError, match="same lines"):
        brandt(replace(BRANDT, target=first_line(BRANDT, quantity=D(1)).target))
    with pytest.raises(ValueError):
        brandt(replace(BRANDT, target=replace(TARGET, lines=TARGET.lines[1:])))


@settings(deadline=None)
@given(asks(), exact(0, 10**6, 2), st.lists(st.sampled_from(GETS), max_size=2), st.none() | st.dates())
def test_an_ask_is_read_as_it_was_written(ask: Ask, won: D, gets: list[Get], expiry: date | None) -> None:
    world = World(won, won)
    document = read(ask_document(ask, world, tuple(gets), expiry))
    assert ask_from(document) == ask
    assert world_from(document) == world
    assert (list(gets_from(document)), expiry_from(document)) == (gets, expiry)


@settings(deadline=None)
@given(asks())
def test_terms_and_measures_are_read_as_they_were_written(ask: Ask) -> None:
    measured = measure(ask.walk_away, POLICY, WORLD)
    assert terms_from(read(terms_document(ask.walk_away))) == ask.walk_away
    assert measured_from(read(measured_document(measured))) == measured


@settings(deadline=None)
@given(asks(), asks())
def test_asks_are_equal_exactly_when_their_hashes_are(one: Ask, other: Ask) -> None:
    def comparable(ask: Ask) -> Ask:
        nameless = (replace(line, name="", per="") for line in ask.target.lines)
        keys = sorted((line.key, line) for line in nameless)
        return replace(ask, target=replace(ask.target, lines=tuple(line for _, line in keys)))

    hashes = [terms_hash(ask_document(ask, WORLD)) for ask in (one, other)]
    assert (comparable(one) == comparable(other)) == (hashes[0] == hashes[1])
    assert terms_hash(ask_document(ask_from(read(ask_document(one, WORLD))), WORLD)) == hashes[0]


def test_an_unknown_world_stays_unknown() -> None:
    assert world_from(read(brandt(world=World(None, None)))) == World(None, None)
