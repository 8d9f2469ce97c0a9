from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
import time_machine

from base.errors import Invalid
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, PriorityChange, TermChange
from deals.document import ask_document, terms_hash
from deals.draft import ask_of, completeness, problems, texts_of, world_of
from deals.economics import measure
from deals.edit import save_draft
from deals.models import Deal, Product
from deals.terms import TYPED, World
from tests.cast import Cast
from tests.deals.brandt import BRANDT, POLICY, TARGET, WALK_AWAY
from tests.deals.makers import (
    brandt_changes,
    dollars,
    make_account,
    make_catalogue,
    make_deal,
    make_won,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def brandt(cast: Cast) -> Deal:
    make_catalogue()
    with time_machine.travel(NOON, tick=False):
        return save_draft(make_deal(cast.maya), by=cast.maya, version=1, changes=brandt_changes())


def write(deal: Deal, **changes: Any) -> dict[str, str]:
    """What is missing after these changes."""
    with time_machine.travel(NOON, tick=False):
        deal = save_draft(deal, by=deal.owner, version=deal.version, changes=DraftChanges(**changes))
    return problems(deal, POLICY, NOON)


def test_a_draft_asks_what_was_written(brandt: Deal) -> None:
    ask = ask_of(brandt, POLICY, NOON)
    frame = replace(BRANDT.target.frame, account=str(brandt.account_id))
    assert ask.target == replace(TARGET, frame=frame)
    assert ask.walk_away == replace(WALK_AWAY, frame=frame)
    assert measure(ask.walk_away, POLICY, World()).values["margin"] == D("58.0")


def test_an_empty_draft_asks_for_nothing_that_is_known(cast: Cast) -> None:
    ask = ask_of(make_deal(cast.maya), POLICY, NOON)
    assert ask.target == ask.walk_away
    assert ask.target.values == {**dict.fromkeys(TYPED), "free_months": 0}
    assert set(ask.target.clauses.values()) == {"standard"}
    assert ask.target.lines == ()


def test_a_renamed_account_is_still_the_same_ask(brandt: Deal) -> None:
    before = terms_hash(ask_document(ask_of(brandt, POLICY, NOON), World()))
    account = make_account()
    account.name = "Brandt SE"
    account.save()
    Product.objects.filter(key="support").update(name="Support, premium")
    brandt.refresh_from_db()
    assert terms_hash(ask_document(ask_of(brandt, POLICY, NOON), World())) == before


def test_a_foreign_deal_is_asked_at_the_rate_of_the_day(brandt: Deal) -> None:
    Deal.objects.filter(pk=brandt.pk).update(currency="USD")
    brandt.refresh_from_db()
    with pytest.raises(Invalid, match="no rate from USD to EUR"):
        ask_of(brandt, POLICY, NOON)
    assert problems(brandt, POLICY, NOON) == {"currency": "There is no rate from USD to EUR yet."}
    dollars(date(2026, 5, 4), "0.9")
    dollars(date(2026, 5, 5), "0.8")
    assert ask_of(brandt, POLICY, NOON).walk_away.rate == D("0.9")
    assert problems(brandt, POLICY, NOON) == {}


def test_words_are_the_librarys_or_the_deals_own(brandt: Deal) -> None:
    write(brandt, clauses=(ClauseChange("law", "standard", None, "Swiss law."),))
    texts, library = texts_of(brandt, POLICY), POLICY.clause("liability").positions
    assert texts["liability"] == {"target": library[0].text, "walk_away": library[1].text}
    assert texts["law"] == {"target": POLICY.clause("law").standard.text, "walk_away": "Swiss law."}


def test_the_world_is_what_the_account_signed_in_twelve_months(brandt: Deal, cast: Cast) -> None:
    half = replace(TARGET, rate=D("0.5"))
    make_won(cast.elena, TARGET, date(2026, 5, 4))  # today counts
    make_won(cast.elena, half, date(2025, 5, 5))  # the first day
    make_won(cast.elena, TARGET, date(2025, 5, 4))  # a day too old
    make_won(cast.elena, TARGET, date(2026, 5, 5))  # not yet
    make_won(cast.elena, TARGET, date(2026, 5, 1), account=make_account("Another AG"))
    make_deal(cast.elena)
    assert world_of(brandt, NOON) == World(D("3299400.00"), D("2886840.00"))


def test_the_first_day_of_twelve_months_is_the_companys(brandt: Deal, cast: Cast) -> None:
    make_won(cast.elena, TARGET, date(2026, 5, 5))
    assert world_of(brandt, datetime(2026, 5, 4, 21, 59, tzinfo=UTC)) == World()
    assert world_of(brandt, datetime(2026, 5, 4, 22, 0, tzinfo=UTC)) == World(
        D("2199600.00"), D("1924560.00")
    )


def test_a_leap_day_looks_back_to_the_last_of_february(brandt: Deal, cast: Cast) -> None:
    make_won(cast.elena, TARGET, date(2027, 2, 28))
    make_won(cast.elena, TARGET, date(2027, 3, 1))
    assert world_of(brandt, datetime(2028, 2, 29, 12, tzinfo=UTC)) == World(D("2199600.00"), D("1924560.00"))


def test_a_deal_is_not_part_of_its_own_world(cast: Cast) -> None:
    assert world_of(make_won(cast.maya, TARGET, date(2026, 5, 4)), NOON) == World()


def test_a_won_deal_that_nobody_recorded_makes_the_world_unknown(brandt: Deal, cast: Cast) -> None:
    make_won(cast.elena, None, date(2026, 5, 1))
    assert world_of(brandt, NOON) == World(None, None)
    assert (
        measure(ask_of(brandt, POLICY, NOON).target, POLICY, World(None, None)).values["discount_12m"] is None
    )


def test_a_complete_draft_lacks_nothing(brandt: Deal) -> None:
    assert problems(brandt, POLICY, NOON) == {}
    assert completeness(brandt, POLICY, NOON) == {
        "account": ("Say what we want from this deal.",),
        "lines": (),
        "commercial": (),
        "legal": (),
        "delivery": (),
        "buyer": ("Nobody there has confirmed what they want most.",),
        "exchanges": (),
    }


def test_an_empty_draft_lacks_lines_and_both_ends_of_every_term(cast: Cast) -> None:
    deal = make_deal(cast.maya)
    found = problems(deal, POLICY, NOON)
    ends = [f"terms.{key}.{end}" for key in TYPED if key != "free_months" for end in ("target", "walk_away")]
    assert list(found) == ["lines", *ends]
    assert found["terms.weeks_to_live.walk_away"] == "Go-live: fill in the walk-away."
    sections = completeness(deal, POLICY, NOON)
    assert {section: len(found) for section, found in sections.items()} == {
        "account": 1, "lines": 1, "commercial": 8, "legal": 0, "delivery": 4, "buyer": 1, "exchanges": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"segment": "Retail"}, "segment", "Policy v14 knows no segment “Retail”."),
        ({"region": "Mars"}, "region", "Policy v14 knows no region “Mars”."),
        ({"deal_type": "Gift"}, "deal_type", "Policy v14 knows no deal type “Gift”."),
        ({"wanted_expiry": date(2026, 5, 3)}, "wanted_expiry", "Lies in the past."),
        ({"lines": ()}, "lines", "Add what they want to buy."),
        ({"terms": (TermChange("payment_days", D(30), None),)}, "terms.payment_days.walk_away",
         "Payment: fill in the walk-away."),
        ({"terms": (TermChange("free_months", D(0), D(37)),)}, "terms.free_months.walk_away",
         "The contract runs only 36\u00a0months."),
        ({"clauses": (ClauseChange("gone", "standard", "standard"),)}, "clauses.gone",
         "Policy v14 has no such clause."),
        ({"clauses": (ClauseChange("law", "standard", "moon"),)}, "clauses.law.walk_away",
         "Governing law has no position “moon”."),
        ({"clauses": (ClauseChange("law", "standard", None),)}, "clauses.law.own_text",
         "Write down the wording."),
        ({"clauses": (ClauseChange("law", "fallback-1", "standard"),)}, "clauses.law.walk_away",
         "Safer than the target."),
        ({"clauses": (ClauseChange("law", None, "fallback-2", "Swiss law."),)}, "clauses.law.walk_away",
         "Safer than the target."),
    ],
)  # fmt: skip
def test_what_must_be_mended_is_named(
    brandt: Deal, changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert write(brandt, **changes) == {field: sentence}


def test_a_give_without_a_get_is_a_warning_and_never_in_the_way(brandt: Deal) -> None:
    assert write(brandt, exchanges=(ExchangeChange(give="Payment 60 days"),)) == {}
    assert completeness(brandt, POLICY, NOON)["exchanges"] == ("“Payment 60 days” has no get.",)


@pytest.mark.parametrize(
    "changes",
    [
        {"wanted_expiry": date(2026, 5, 4)},
        {"terms": (TermChange("free_months", D(0), D(36)),)},
        {"clauses": (ClauseChange("law", "fallback-1", None, "Swiss law."),)},
        {
            "clauses": (ClauseChange("exit", "standard", "fallback-2"),)
        },  # never granted: submit refuses, not this
        {"exchanges": (ExchangeChange(get="Reference visit"),)},
    ],
)
def test_what_lies_on_the_edge_is_complete(brandt: Deal, changes: dict[str, Any]) -> None:
    assert write(brandt, **changes) == {}


def test_a_family_the_policy_does_not_know_is_named(brandt: Deal) -> None:
    Product.objects.filter(key="support").update(family="Training")
    assert problems(brandt, POLICY, NOON) == {
        "lines.support.product": "Policy v14 knows no family “Training”."
    }


def test_a_confirmed_priority_completes_what_we_know_of_the_buyer(brandt: Deal) -> None:
    write(brandt, priorities=(PriorityChange("Live before peak", who="Katrin Brandt"),))
    assert completeness(brandt, POLICY, NOON)["buyer"] == ()


def test_an_ask_takes_the_same_queries_for_one_line_and_for_four(
    cast: Cast, brandt: Deal, django_assert_num_queries: Any
) -> None:
    for deal in (make_deal(cast.maya), brandt):
        with django_assert_num_queries(3):
            ask_of(deal, POLICY, NOON)
