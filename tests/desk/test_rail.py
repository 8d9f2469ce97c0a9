from dataclasses import replace
from decimal import Decimal as D

import pytest
import time_machine

from approvals.preview import Preview
from base import clock
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, TermChange
from deals.edit import save_draft
from deals.models import Deal
from desk.brief import look
from desk.rail import Rail, rail_of, used
from guardrails.models import PolicyVersion
from tests.brandt import ask_offer_5, brandt_lines
from tests.desk.making import THURSDAY

NBSP = "\u00a0"
BOTH = "With discount 20.0 % and payment 45 days"


def looked(deal: Deal, by) -> Preview:
    at = clock.now()
    found = look(deal, by=by, at=at, policy=PolicyVersion.objects.in_force(at).policy)
    assert found is not None
    return found


def seen(deal: Deal, by, view="margin") -> Rail:
    deal = Deal.objects.get(pk=deal.pk)
    return rail_of(deal, looked(deal, by), view)


def change(deal: Deal, by, **changes) -> None:
    deal.refresh_from_db()
    save_draft(deal, by=by, version=deal.version, changes=DraftChanges(**changes))


def plain(words: str) -> str:
    return words.replace(NBSP, " ")


@pytest.fixture
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


def test_the_rail_names_who_must_agree_and_how_long_they_may_take(thursday, brandt, cast):
    rail = seen(brandt, cast.maya)

    assert [(asked.name, asked.people, asked.topics, asked.within) for asked in rail.asked] == [
        (
            "Finance",
            "Henrik Sørensen, Finance Director",
            "Discount, margin and payment",
            "answers within 12 working hours",
        ),
        ("Legal", "Tomás Rivera, Legal Counsel", "Limitation of liability", "answers within 2 working days"),
        (
            "Operations",
            "Ji-woo Han, Delivery Manager",
            "Customisation and go-live",
            "answers within 2 working days",
        ),
    ]
    assert rail.expecting is not None
    assert rail.expecting.words == "Expect it by Mon 15 June, 11:30."
    assert rail.expecting.late == ""
    assert rail.first == ()


def test_the_rail_adds_up_what_is_asked(brandt, cast):
    rail = seen(brandt, cast.maya)

    assert rail.nets == (D("1924560.00"), D("1728450.00"))
    assert rail.room == D("196110.00")
    assert [plain(margin) for margin in rail.margins] == ["62.7 %", "58.0 %"]
    assert seen(brandt, cast.maya, "band").margins == ("", "")


def test_the_bar_counts_terms_by_the_level_they_need(brandt, cast):
    assert seen(brandt, cast.maya).parts == (
        ("10 standard", "l0", 10),
        ("2 Delivery Manager", "l1", 2),
        ("1 Finance Manager", "l1", 1),
        ("1 Legal Counsel", "l1", 1),
        ("2 Finance Director", "l2", 2),
    )
    change(brandt, cast.maya, clauses=(ClauseChange("exit", "standard", "fallback-2"),))
    rail = seen(brandt, cast.maya)
    assert rail.parts[-1] == ("1 never", "lx", 1)
    assert rail.parts_label == (
        "16 terms: 9 standard, 2 Delivery Manager, 1 Finance Manager, 1 Legal Counsel, "
        "2 Finance Director and 1 never"
    )


def test_headroom_offers_each_smallest_change_once(brandt, cast):
    rooms = seen(brandt, cast.maya).rooms

    assert [(plain(room.sentence), room.use.word) for room in rooms] == [
        (f"{BOTH}, Finance Director falls away and Finance Manager is enough.", "Use both"),
        ("With limitation of liability at “1.0 × yearly fees”, nobody in Legal is needed.", "Use"),
    ]
    assert rooms[0].use.value == "discount=20.0&payment_days=45"
    ladders = [(room.ladder.target, room.ladder.walk_away) if room.ladder else None for room in rooms]
    assert ladders == [(D("12.6"), D("21.5")), None]


def test_a_discount_that_tells_the_margin_is_not_offered_to_who_may_not_see_it(brandt, cast):
    change(brandt, cast.maya, terms=(TermChange("custom_days", D(12), D(75)),))
    change(brandt, cast.maya, lines=brandt_lines(("22", "16", "5", "8")))

    offered = {
        view: [room.use.value for room in seen(brandt, cast.maya, view).rooms if "Finance" in room.sentence]
        for view in ("margin", "band")
    }

    assert offered == {"margin": ["payment_days=45&discount=17.6"], "band": []}


def test_what_nobody_grants_comes_with_the_furthest_that_somebody_does(brandt, cast):
    change(brandt, cast.maya, clauses=(ClauseChange("exit", "standard", "fallback-2"),))

    rail = seen(brandt, cast.maya)

    uses = [(use.word, use.changes) for never in rail.nevers if (use := never.use)]
    assert uses == [("Use Month 18", (("clause:exit", "fallback-1"),))]
    assert rail.first == (("legal", "exit for convenience"),)


def test_nothing_is_offered_where_the_target_itself_is_never_granted(brandt, cast):
    change(brandt, cast.maya, clauses=(ClauseChange("exit", "fallback-2", "fallback-2"),))
    assert [never.use for never in seen(brandt, cast.maya).nevers] == [None]


def test_a_suggestion_moves_the_lines_on_the_way_to_their_targets(brandt, cast):
    found = looked(brandt, cast.maya)
    use = rail_of(brandt, found, "margin").rooms[0].use

    changes = used(brandt, use, found)

    assert [line.walk_away.quantize(D("0.01")) for line in changes.lines or ()] == [
        D("23.15"),
        D("16.73"),
        D("8.41"),
        D("12.61"),
    ]
    assert [line.target for line in changes.lines or ()] == [D(16), D(10), D(0), D(0)]
    assert {row.key: row.walk_away for row in changes.terms}["payment_days"] == D(45)
    assert {row.clause: row.walk_away for row in changes.clauses}["liability"] == "fallback-1"


def test_what_cannot_be_read_yet_names_no_level_and_no_day(brandt, cast):
    change(brandt, cast.maya, terms=(TermChange("weeks_to_live", D(15), None),))

    rail = seen(brandt, cast.maya)

    operations = rail.asked[-1]
    assert (operations.unknown, operations.people) == ("go-live", "")
    assert operations.topics == "Customisation"
    assert rail.expecting is None
    assert rail.first == (("delivery", "delivery"),)
    assert rail.parts[-1] == ("1 to fill in", "lu", 1)


def test_a_give_without_a_get_is_not_in_the_way(brandt, cast):
    change(brandt, cast.maya, exchanges=(ExchangeChange(give="Discount"), ExchangeChange(give="Payment")))
    assert seen(brandt, cast.maya).first == ()


def test_a_function_whose_grant_still_holds_does_not_sign_again(granted, cast):
    deal = ask_offer_5(granted.deal, cast)

    rail = seen(deal, cast.maya)

    assert [(asked.name, bool(asked.kept)) for asked in rail.asked] == [
        ("Finance", False),
        ("Legal", True),
        ("Operations", True),
    ]


def test_a_level_that_nobody_holds_is_said(brandt, cast):
    cast.tomas.is_active = False
    cast.tomas.save()

    legal = seen(brandt, cast.maya).asked[1]

    assert (legal.people, legal.nobody) == ("Nobody can sign as Legal Counsel yet", True)


def test_who_could_sign_is_one_of_several(brandt, cast):
    change(brandt, cast.maya, terms=(TermChange("payment_days", D(30), D(31)),))
    deal = Deal.objects.get()
    use = next(room.use for room in seen(deal, cast.maya).rooms if "discount" in dict(room.use.changes))
    found = looked(deal, cast.maya)
    save_draft(deal, by=cast.maya, version=deal.version, changes=used(deal, use, found))

    assert seen(deal, cast.maya).asked[0].people == "Lena Vogt or Priya Raman, Finance Manager"


def test_nobody_is_asked_when_all_is_standard(brandt, cast):
    standard = {"payment_days": 30, "price_rise": 3, "custom_days": 0, "weeks_to_live": 16}
    change(
        brandt,
        cast.maya,
        lines=tuple(replace(line, target=D(10), walk_away=D(10)) for line in brandt_lines()),
        terms=tuple(TermChange(key, D(value), D(value)) for key, value in standard.items()),
        clauses=(ClauseChange("liability", "standard", "standard"),),
        partner_fee=D(0),
    )

    rail = seen(brandt, cast.maya)

    assert (rail.standard, rail.asked, rail.expecting) == (True, (), None)
