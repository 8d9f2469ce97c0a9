"""An offer's answer is kept in English and told in the language of whoever reads it."""

import re

import pytest

from approvals.models import Mandate
from approvals.offer_words import retold
from base.locales import HOUSE, speaking
from desk.cost import sentence_for
from desk.room import answer_of, granted_of
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside
from tests.words.pseudo import wide
from tests.words.test_kept_in_english import GERMAN, translated

SPACE = "\N{NO-BREAK SPACE}"
POINTS = f"3,1{SPACE}{wide('points')}"


def test_each_limit_is_told_in_the_readers_language(granted: Mandate, cast: Cast) -> None:
    kept = answer_of(offer_inside(granted, cast))
    with translated(), speaking(GERMAN):
        told = {row.key: row for row in retold(kept, granted.version.policy).rows}

    assert kept.rows[0].sentence == (
        f"Discount 16.9{SPACE}% is inside the limit of 20.0{SPACE}%, 3.1{SPACE}points left."
    )
    assert told["discount"].sentence == (
        f"{wide('Discount')} 16,9{SPACE}% {wide('is inside the limit of')} 20,0{SPACE}%, "
        f"{POINTS} {wide('left')}."
    )
    assert told["discount"].name == wide("Discount")


def test_what_was_broken_is_told_in_the_readers_language(granted: Mandate, cast: Cast) -> None:
    kept = answer_of(offer_five(granted, cast))
    with translated(), speaking(GERMAN):
        told = retold(kept, granted.version.policy, granted_of(granted, "cost").conditions)

    assert [breach.key for breach in kept.breaches] == [breach.key for breach in told.breaches]
    assert [one.sentence for one in told.breaches if re.search("[A-Za-z]{2,}", one.sentence)] == []
    assert not any(re.search("[A-Za-z]{2,}", one.sentence) for one in told.conditions)


def test_in_the_language_of_the_house_an_answer_is_shown_as_it_was_kept(granted: Mandate, cast: Cast) -> None:
    kept = answer_of(offer_five(granted, cast))
    with translated(), speaking(HOUSE):
        assert retold(kept, granted.version.policy) is kept


@pytest.mark.django_db
def test_told_again_in_english_every_sentence_is_the_one_that_was_kept(
    granted: Mandate, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("approvals.offer_words.current", lambda: "another")
    policy, conditions = granted.version.policy, granted_of(granted, "cost").conditions
    for offer in (offer_inside(granted, cast), offer_five(granted, cast)):
        kept = answer_of(offer)
        assert retold(kept, policy, conditions) == kept


def test_a_finding_is_told_in_the_readers_language(granted: Mandate) -> None:
    policy = granted.version.policy
    found = next(one for one in granted.request.judged.findings if one.key == "discount")
    assert sentence_for("cost", found, policy).replace(SPACE, " ") == (
        "Discount 21.5 %: Finance Director may allow 20.0 % to 30.0 %. "
        "At 20.0 % Finance Manager is enough and at 12.5 % nobody is needed."
    )
    with translated(), speaking(GERMAN):
        told = sentence_for("cost", found, policy)

    assert found.sentence.startswith("Discount ")
    assert told.startswith(f"{wide('Discount')} 21,5{SPACE}%")
