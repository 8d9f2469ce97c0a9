from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
import time_machine
from guardian.shortcuts import assign_perm

from base.errors import Invalid
from deals.changes import (
    ClauseChange,
    DraftChanges,
    ExchangeChange,
    LineChange,
    PriorityChange,
    SuccessChange,
    TermChange,
)
from deals.document import Get
from deals.edit import save_draft
from deals.errors import DealClosed, DraftMoved, NotYourDeal
from deals.models import Deal, Price, Product
from deals.rows import stored
from ledger.models import Event
from tests.cast import Cast
from tests.deals.makers import BEGAN, brandt_changes, make_catalogue, make_deal

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
YEARLY = Get("invoices_per_year", "=", D(1))


@pytest.fixture
def deal(cast: Cast) -> Deal:
    make_catalogue()
    return make_deal(cast.maya)


def save(deal: Deal, cast: Cast, version: int | None = None, **changes: Any) -> Deal:
    seen = deal.version if version is None else version
    return save_draft(deal, by=cast.maya, version=seen, changes=DraftChanges(**changes))


def refused(deal: Deal, cast: Cast, **changes: Any) -> dict[str, str]:
    before = stored(Deal.objects.get(pk=deal.pk))
    with pytest.raises(Invalid) as error:
        save(deal, cast, **changes)
    after = Deal.objects.get(pk=deal.pk)
    assert (stored(after), after.version) == (before, deal.version)
    return error.value.fields


def one(**changes: Any) -> LineChange:
    return LineChange(
        **{"product": "support", "quantity": D(1), "target": D(0), "walk_away": D(10), **changes}
    )


@time_machine.travel(NOON, tick=False)
def test_what_is_named_is_written_and_the_rest_is_left_alone(deal: Deal, cast: Cast) -> None:
    saved = save(
        deal, cast, title="Three sites", objective="Live before peak.", wanted_expiry=date(2026, 6, 28)
    )
    assert (saved.version, saved.updated_at, saved.created_at) == (2, NOON, BEGAN)
    saved = save(saved, cast, decision_owner=cast.marcus.pk, partner_fee=D("4"))
    deal.refresh_from_db()
    assert (deal.title, deal.objective, deal.wanted_expiry) == (
        "Three sites",
        "Live before peak.",
        date(2026, 6, 28),
    )
    assert (deal.decision_owner, deal.partner_fee, deal.version) == (cast.marcus, D("4.00"), 3)


def test_a_whole_brief_is_stored_as_it_was_written(deal: Deal, cast: Cast) -> None:
    changes = replace(
        brandt_changes(),
        priorities=(PriorityChange("Live before peak season", True, "Katrin Brandt", date(2026, 5, 22)),),
        exchanges=(ExchangeChange("Payment 45 days", D(4700), "Yearly invoice", None, YEARLY),),
        successes=(SuccessChange("finance", "Margin at 58.9 % or better"),),
    )  # fmt: skip
    saved = save_draft(deal, by=cast.maya, version=1, changes=changes)
    found = stored(saved)
    assert [(line.key, line.target, line.walk_away) for line in found.lines or ()] == [
        ("platform", 16, D("24.5")), ("connector", 10, 18), ("support", 0, 10), ("implementation", 0, 15),
    ]  # fmt: skip
    assert set(found.terms) == set(changes.terms)
    assert set(found.clauses) == set(changes.clauses)
    assert (found.priorities, found.exchanges, found.successes) == (
        changes.priorities, changes.exchanges, changes.successes,
    )  # fmt: skip


def test_saving_the_same_again_changes_nothing_and_counts_nothing(deal: Deal, cast: Cast) -> None:
    saved = save_draft(deal, by=cast.maya, version=1, changes=brandt_changes())
    again = save_draft(saved, by=cast.maya, version=saved.version, changes=stored(saved))
    assert (again.version, again.updated_at) == (2, saved.updated_at)
    assert (
        save(deal, cast, version=1, title=deal.title).version == 2
    )  # nor does an old tab that changes nothing


def test_lines_get_the_catalogues_prices_of_the_day_when_product_or_quantity_are_set(
    deal: Deal, cast: Cast
) -> None:
    support = Product.objects.get(key="support")
    Price.objects.create(
        product=support, currency="EUR", list_price=70000, cost=1, from_date=date(2026, 6, 1)
    )
    with time_machine.travel(NOON, tick=False):
        saved = save(deal, cast, lines=(one(), one(product="platform", quantity=D(99))))
    first, second = saved.lines.all()
    assert (first.list_price, first.cost, first.floor, first.tier) == (62700, 37620, 0, 0)
    assert (second.list_price, second.tier) == (1150, 0)
    with time_machine.travel(datetime(2026, 6, 2, tzinfo=UTC), tick=False):
        saved = save(
            saved,
            cast,
            lines=(one(key="support", target=D(5)), one(product="platform", quantity=D(100), key="platform")),
        )
        first, second = saved.lines.all()
        assert (first.list_price, first.target) == (62700, 5)  # only the discount moved
        assert second.tier == 10
        saved = save(saved, cast, lines=(one(key="support", quantity=D(2)),))
    assert [line.list_price for line in saved.lines.all()] == [70000]


def test_lines_come_go_and_move_by_their_keys(deal: Deal, cast: Cast) -> None:
    saved = save(deal, cast, lines=(one(), one(), one(product="implementation")))
    keys = {line.key: line.pk for line in saved.lines.all()}
    assert list(keys) == ["support", "support-2", "implementation"]
    saved = save(
        saved, cast, lines=(one(key="implementation", product="implementation"), one(key="support-2"), one())
    )
    after = {line.key: line.pk for line in saved.lines.all()}
    assert list(after) == ["implementation", "support-2", "support-3"]  # a new line takes no old key
    assert (after["implementation"], after["support-2"]) == (keys["implementation"], keys["support-2"])


def test_another_currency_prices_every_line_again(deal: Deal, cast: Cast) -> None:
    saved = save(deal, cast, lines=(one(),))
    support = Product.objects.get(key="support")
    assert refused(saved, cast, currency="USD").keys() == {"lines.support.product"}
    Price.objects.create(product=support, currency="USD", list_price=69000, from_date=date(2026, 1, 1))
    saved = save(saved, cast, currency="USD")
    line = saved.lines.get()
    assert (saved.currency, line.list_price, line.cost) == ("USD", 69000, None)


def test_fields_that_may_be_empty_are_emptied_by_name(deal: Deal, cast: Cast) -> None:
    saved = save(deal, cast, wanted_expiry=date(2026, 6, 28), decision_owner=cast.marcus.pk)
    saved = save(saved, cast, empty=frozenset({"wanted_expiry", "decision_owner"}))
    assert (saved.wanted_expiry, saved.decision_owner_id, saved.version) == (None, None, 3)
    with pytest.raises(ValueError, match="title"):
        DraftChanges(empty=frozenset({"title"}))


def test_terms_and_clauses_touch_only_the_rows_they_name(deal: Deal, cast: Cast) -> None:
    saved = save_draft(deal, by=cast.maya, version=1, changes=brandt_changes())
    saved = save(
        saved,
        cast,
        terms=(TermChange("payment_days", D(30), None),),
        clauses=(ClauseChange("law", "standard", None, "Swiss law."),),
        successes=(SuccessChange("legal", "Our paper"),),
    )
    saved = save(saved, cast, successes=(SuccessChange("legal", ""),))
    found = stored(saved)
    assert len(found.terms) == 7 and TermChange("payment_days", D(30), None) in found.terms
    assert len(found.clauses) == 4 and ClauseChange("law", "standard", None, "Swiss law.") in found.clauses
    assert found.successes == ()


def test_an_old_tab_overwrites_nothing_and_is_shown_field_by_field(deal: Deal, cast: Cast) -> None:
    assign_perm("team_deal", cast.arjun, deal)
    saved = save(deal, cast, lines=(one(),), terms=(TermChange("payment_days", D(30), D(60)),))
    mine = DraftChanges(
        title="My title",
        lines=(one(key="support", walk_away=D(12)), one(product="platform", quantity=D(420))),
        terms=(TermChange("payment_days", D(30), D(45)),),
    )
    with pytest.raises(DraftMoved) as refused:
        save_draft(deal, by=cast.arjun, version=1, changes=mine)
    assert refused.value.mine == {
        "title": "My title",
        "lines.support.walk_away": 12,
        "lines.new-1.position": 1,
        "lines.new-1.product": "platform",
        "lines.new-1.quantity": 420,
        "lines.new-1.target": 0,
        "lines.new-1.walk_away": 10,
        "terms.payment_days.walk_away": 45,
    }
    assert {key: value for key, value in refused.value.theirs.items() if value is not None} == {
        "title": "Warehouse control",
        "lines.support.walk_away": 10,
        "terms.payment_days.walk_away": 60,
    }
    assert Deal.objects.get(pk=deal.pk).version == saved.version == 2
    assert saved.lines.get().walk_away == 10


def test_a_line_dropped_in_an_old_tab_is_named(deal: Deal, cast: Cast) -> None:
    save(deal, cast, lines=(one(),))
    with pytest.raises(DraftMoved) as refused:
        save(deal, cast, version=1, lines=())
    assert refused.value.mine["lines.support.product"] is None
    assert refused.value.theirs["lines.support.product"] == "support"


@pytest.mark.parametrize("person", ["arjun", "marcus", "henrik", "ines", "robin"])
def test_only_the_owner_and_the_team_write(deal: Deal, cast: Cast, person: str) -> None:
    assign_perm("view_deal", cast.henrik, deal)
    with pytest.raises(NotYourDeal):
        save_draft(deal, by=getattr(cast, person), version=1, changes=DraftChanges(title="Mine now"))
    assert Deal.objects.get(pk=deal.pk).title == "Warehouse control"


def test_the_team_writes(deal: Deal, cast: Cast) -> None:
    assign_perm("team_deal", cast.arjun, deal)
    assert save_draft(deal, by=cast.arjun, version=1, changes=DraftChanges(title="Ours")).title == "Ours"


def test_a_closed_deal_is_not_written_any_more(deal: Deal, cast: Cast) -> None:
    Deal.objects.filter(pk=deal.pk).update(status="lost", closed_at=BEGAN)
    with pytest.raises(DealClosed):
        save(deal, cast, title="Once more")


def test_autosaves_leave_no_trace_in_the_ledger(deal: Deal, cast: Cast) -> None:
    save(deal, cast, title="Another")
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (
            {"walk_away": D("12.49"), "target": D("12.5")},
            "walk_away",
            "Safer than the target of 12.5\u00a0%.",
        ),
        ({"target": D("-100.000001")}, "target", "Between −100 % and 100 %."),
        ({"walk_away": D("100.000001")}, "walk_away", "Between −100 % and 100 %."),
        ({"walk_away": D("10.0000001")}, "walk_away", "At most six decimals."),
        ({"quantity": D(0)}, "quantity", "More than 0."),
        ({"quantity": D(-1)}, "quantity", "More than 0."),
        ({"quantity": D("1000000001")}, "quantity", "At most 1,000,000,000."),
        ({"quantity": D("0.00001")}, "quantity", "At most 4 decimals."),
        ({"product": "pyramid"}, "product", "Not in the catalogue."),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_name(
    deal: Deal, cast: Cast, line: dict[str, Any], field: str, sentence: str
) -> None:
    assert refused(deal, cast, lines=(one(**line),)) == {f"lines.new-0.{field}": sentence}


def test_discounts_reach_from_a_surcharge_to_a_gift(deal: Deal, cast: Cast) -> None:
    saved = save(
        deal, cast, lines=(one(target=D(-100), walk_away=D(100)), one(target=D(10), walk_away=D(10)))
    )
    assert [(line.target, line.walk_away) for line in saved.lines.all()] == [(-100, 100), (10, 10)]


@pytest.mark.parametrize(
    ("term", "field", "sentence"),
    [
        (TermChange("payment_days", D("30"), D("29")), "walk_away", "Safer than the target of 30\u00a0days."),
        (
            TermChange("term_months", D("24"), D("36")),
            "walk_away",
            "Safer than the target of 24\u00a0months.",
        ),
        (
            TermChange("weeks_to_live", D("13"), D("14")),
            "walk_away",
            "Safer than the target of 13\u00a0weeks.",
        ),
        (TermChange("payment_days", D("30.5"), D("60")), "target", "A whole number."),
        (TermChange("price_rise", D("2.55"), D("2")), "target", "At most 1 decimal."),
        (TermChange("payment_days", D("-1"), D("60")), "target", "At least 0\u00a0days."),
        (TermChange("payment_days", D("10000000"), None), "target", "Less than 10,000,000\u00a0days."),
        (TermChange("term_months", D("36"), D("0")), "walk_away", "At least 1\u00a0month."),
        (
            TermChange("invoices_per_year", D("1"), D("3")),
            "walk_away",
            "Yearly, half-yearly, quarterly or monthly.",
        ),
    ],
)
def test_a_term_that_cannot_be_is_refused_by_name(
    deal: Deal, cast: Cast, term: TermChange, field: str, sentence: str
) -> None:
    assert refused(deal, cast, terms=(term,)) == {f"terms.{term.key}.{field}": sentence}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"currency": "euro"}, "currency"),
        ({"partner_fee": D("100.01")}, "partner_fee"),
        ({"partner_fee": D("4.001")}, "partner_fee"),
        ({"decision_owner": 0}, "decision_owner"),
        ({"terms": (TermChange("colour", D(1), D(1)),)}, "terms.colour"),
        ({"lines": (one(key="a"), one(key="a"))}, "lines.a.key"),
        ({"priorities": (PriorityChange(" "),)}, "priorities.0.text"),
        ({"priorities": (PriorityChange("x", confirmed_on=date(2026, 5, 1)),)}, "priorities.0.who"),
        ({"priorities": (PriorityChange("x" * 201),)}, "priorities.0.text"),
        ({"exchanges": (ExchangeChange(),)}, "exchanges.0.give"),
        ({"exchanges": (ExchangeChange("x", D(-1)),)}, "exchanges.0.give_value"),
        ({"exchanges": (ExchangeChange("x", condition=Get("payment_days", "=", D(1))),)}, "exchanges.0.get"),
        (
            {"exchanges": (ExchangeChange("x", None, "y", None, Get("colour", "=", D(1))),)},
            "exchanges.0.condition",
        ),
        (
            {"exchanges": (ExchangeChange("x", None, "y", None, Get("payment_days", "!", D(1))),)},
            "exchanges.0.condition",
        ),
        ({"successes": (SuccessChange("kitchen", "x"),)}, "successes.kitchen.text"),
        ({"successes": (SuccessChange("legal", "x" * 301),)}, "successes.legal.text"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    deal: Deal, cast: Cast, changes: dict[str, Any], field: str
) -> None:
    assert refused(deal, cast, **changes).keys() == {field}


def test_every_field_at_fault_is_named_at_once(deal: Deal, cast: Cast) -> None:
    fields = refused(
        deal, cast, title=" ", lines=(one(quantity=D(0)),), terms=(TermChange("payment_days", D(60), D(30)),)
    )
    assert list(fields) == ["title", "lines.new-0.quantity", "terms.payment_days.walk_away"]


@pytest.mark.concurrency
def test_two_who_save_at_once_never_overwrite_each_other(cast_for_races: Cast, race: Any) -> None:
    make_catalogue()
    deal = make_deal(cast_for_races.maya)

    def saving(title: str) -> Any:
        return lambda: save_draft(deal, by=cast_for_races.maya, version=1, changes=DraftChanges(title=title))

    ends = race(saving("First"), saving("Second"), saving("Third"))
    won = [end for end in ends if isinstance(end, Deal)]
    lost = [end for end in ends if isinstance(end, DraftMoved)]
    assert (len(won), len(lost)) == (1, 2)
    assert {error.theirs["title"] for error in lost} == {won[0].title}
    stands = Deal.objects.get(pk=deal.pk)
    assert (stands.title, stands.version) == (won[0].title, 2)
