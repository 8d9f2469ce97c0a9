import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.close import close
from approvals.models import Mandate
from approvals.submit import submit
from base import canonical, clock
from base.format import SPACE
from deals.create import create
from deals.document import ask_document, terms_document, terms_hash
from deals.economics import bridge, waterfall
from deals.models import Account, Deal, Judged, Revision
from deals.terms import Ask, Terms, World
from desk.cost import bridge_for, line_for, share_for, steps_for
from desk.economics import Economics, economics_of
from desk.head import room_of
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import User
from people.shown import View
from tests.brandt import POLICY, ask_offer_5, publish_policy
from tests.cast import Cast
from tests.deals.brandt import POLICY as RULES
from tests.deals.brandt import TARGET, WALK_AWAY
from tests.desk.offering import offer_five, offer_inside

PAGE = "/deals/D-1284/economics/"
MARGINS = ("62.7 %", "58.9 %", "60.5 %", "57.4 %", "58.0 %", "1,207,978", "1,037,152", "979,955", "69.8 %")
COSTS = ("Cost to serve", "Partner fee", "Cost of terms", "Customisation not billed", "Pocket price")
AMOUNTS = ("318,780", "68,188", "9,107", "19,600", "1,639,883", "253")


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """read(user, show="target"): the page, with plain spaces."""

    def read_(user: User, address: str = PAGE, **asked: str) -> str:
        client.force_login(user)
        answer = client.get(address, asked)
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return read_


def seen(deal: Deal, user: User, **asked: Any) -> Economics:
    found = economics_of(room_of(Deal.objects.get(pk=deal.pk), user), **asked)
    assert found is not None
    return found


def cells(view: Economics, name: str) -> list[tuple[str, str]]:
    """What a row says of each column, with plain spaces: amount, difference."""
    rows = [row for group in view.groups for row in group.rows if row.name == name]
    return [(cell.words.replace(SPACE, " "), cell.difference.replace(SPACE, " ")) for cell in rows[0].cells]


def names(view: Economics) -> list[str]:
    return [column.name for column in view.columns]


def show_band(cast: Cast) -> None:
    """From now on Legal sees no margin."""
    text = POLICY.read_text().replace("number = 14", "number = 15")
    text = text.replace('legal = "margin"', 'legal = "band"')
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


def won(granted: Mandate, cast: Cast) -> Deal:
    """Signed at the target."""
    signed = granted.request.revision.ask.target
    close(granted.deal, by=cast.maya, signed=signed, signed_on=clock.today())
    return granted.deal


def recorded(cast: Cast, ask: Ask, **deal: object) -> Deal:
    """A past deal: a revision that nobody was asked about, and that no policy judged."""
    publish_policy(cast)
    account = Account.objects.create(name="Corvus Lines", segment="Enterprise", region="DACH")
    made = create("Ports", account, by=cast.maya, deal_type="New business", currency="EUR", number="P-1")
    Deal.objects.filter(pk=made.pk).update(**deal)
    document = ask_document(ask, World())
    text = canonical.dumps(document)
    flows = [waterfall(end, RULES) for end in (ask.target, ask.walk_away)]
    Revision.objects.create(
        deal=made,
        number=1,
        document=text,
        sha256=canonical.digest(text),
        terms_hash=terms_hash(document),
        measured_target="{}",
        measured_walk_away="{}",
        list_total=flows[0].list or 0,
        net_target=flows[0].net or 0,
        net_walk_away=flows[1].net or 0,
        currency="EUR",
        rate=D(1),
        submitted_by=cast.maya,
        created_at=clock.now(),
    )
    return made


def without(terms: Terms, **values: str | None) -> Terms:
    return replace(terms, values={**terms.values, **{key: None for key in values}})


def test_every_set_of_terms_stands_beside_the_others_with_where_it_is_from(
    granted: Mandate, cast: Cast
) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)

    view = seen(granted.deal, cast.henrik)

    assert names(view) == ["Target", "Walk-away", "Limit", "Offer 1", "Offer 2"]
    assert [column.source for column in view.columns] == [
        "revision 1, policy v14",
        "revision 1, policy v14",
        "mandate 1, policy v14",
        "sent today, policy v14",
        "asked today, policy v14",
    ]
    assert (view.shown.name, view.base.name, view.earlier) == ("Offer 2", "Limit", 0)


def test_amounts_and_differences_are_in_whole_units(granted: Mandate, cast: Cast) -> None:
    offer_five(granted, cast)

    view = seen(granted.deal, cast.henrik)

    assert cells(view, "Net price") == [
        ("€1,924,560", "+€164,880"),
        ("€1,728,450", "−€31,230"),
        ("€1,759,680", ""),
        ("€1,704,690", "−€54,990"),
    ]
    assert cells(view, "Cost of terms") == [
        ("€0", "+€4,701"),
        ("−€9,234", "−€4,534"),
        ("−€4,701", ""),
        ("−€9,107", "−€4,407"),
    ]
    assert [words for words, _ in cells(view, "Margin")] == [
        "€1,207,978",
        "€1,002,638",
        "€1,037,152",
        "€979,955",
    ]
    assert cells(view, "Margin, share of net price") == [
        ("62.7 %", "+3.8 points"),
        ("58.0 %", "−0.9 points"),
        ("58.9 %", ""),
        ("57.4 %", "−1.5 points"),
    ]
    assert [words for words, _ in cells(view, "Pocket price")] == [
        "€1,890,178",
        "€1,663,044",
        "€1,698,124",
        "€1,639,883",
    ]


def test_what_it_is_compared_with_is_chosen_by_a_link(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_five(granted, cast)

    page = read(cast.henrik, show="offer-1", against="target")

    assert "Each difference is against target" in page
    assert 'href="?show=offer-1&amp;against=limit"' in page
    assert "−€219,870" in page
    assert "−€228,022" in page


def test_what_is_not_there_falls_back_to_the_last_terms_and_the_limit(granted: Mandate, cast: Cast) -> None:
    view = seen(granted.deal, cast.henrik, show="offer-9", against="nothing")
    assert (view.shown.key, view.base.key) == ("limit", "target")


def test_the_terms_that_are_drawn_are_not_compared_with_themselves(granted: Mandate, cast: Cast) -> None:
    view = seen(granted.deal, cast.henrik, show="limit", against="limit")
    assert (view.flow.against, view.bridge.against, view.compares) == (None, None, False)


def test_before_a_mandate_the_walk_away_is_shown_against_the_target(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    view = seen(brandt, cast.henrik)
    assert (names(view), view.shown.key, view.base.key) == (["Target", "Walk-away"], "walk-away", "target")


def test_a_new_revision_stands_beside_the_limit_of_the_older_mandate(granted: Mandate, cast: Cast) -> None:
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    view = seen(granted.deal, cast.henrik)
    assert [(column.name, column.source) for column in view.columns] == [
        ("Target", "revision 2, policy v14"),
        ("Walk-away", "revision 2, policy v14"),
        ("Limit", "mandate 1, policy v14"),
    ]


def test_a_later_policy_changes_nothing_that_was_pinned(granted: Mandate, cast: Cast) -> None:
    before = seen(granted.deal, cast.henrik)
    text = POLICY.read_text().replace("number = 14", "number = 15").replace("day_cost = 980", "day_cost = 1")
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)

    after = seen(granted.deal, cast.henrik)

    assert cells(after, "Customisation not billed") == cells(before, "Customisation not billed")
    assert after.columns == before.columns


def test_signed_terms_are_shown_first_and_against_the_limit(granted: Mandate, cast: Cast) -> None:
    deal = won(granted, cast)
    view = seen(deal, cast.henrik)
    assert (view.shown.name, view.shown.source) == ("Signed", "signed today, policy v14")
    assert view.base.name == "Limit"
    assert cells(view, "Net price")[-1] == ("€1,924,560", "+€164,880")


def test_the_terms_behind_the_amounts_stand_beside_those_of_the_base(granted: Mandate, cast: Cast) -> None:
    view = seen(granted.deal, cast.maya, show="target")
    assert [tuple(words.replace(SPACE, " ") for words in row) for row in view.terms] == [
        ("Payment", "30 days", "45 days"),
        ("Contract length", "36 months", "36 months"),
        ("Free months", "0 months", "0 months"),
        ("Price rise", "3.0 %", "2.0 %"),
        ("Customisation", "12 days", "20 days"),
    ]


def test_each_line_says_its_price_at_every_level(granted: Mandate, cast: Cast) -> None:
    view = seen(granted.deal, cast.henrik, show="target")
    first = view.shown.lines[0]
    assert (first.name, first.tier, first.discount) == ("Control Platform", D(10), D(16))
    assert (first.amounts.list, first.amounts.tiered, first.amounts.agreed, first.amounts.net) == (
        D("1449000.00"),
        D("1304100.00"),
        D("1217160.00"),
        D("1217160.00"),
    )
    assert (first.amounts.cost, first.amounts.margin) == (D("318780.00"), D("849693.60"))
    assert view.total is not None
    assert (view.total.list, view.total.net) == (D("2199600.00"), D("1924560.00"))


def test_who_sees_cost_sees_every_step(granted: Mandate, cast: Cast, read: Callable[..., str]) -> None:
    offer_five(granted, cast)
    page = read(cast.henrik)
    for words in (*COSTS, *AMOUNTS[:-1], "57.4 %", "979,955"):
        assert words in page, words


def test_who_sees_margins_sees_net_and_margin_but_no_cost(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_five(granted, cast)
    page = read(cast.maya)
    for words in ("Margin, 57.4 %", "€979,955", "€1,704,690", "Total value", "€1,736,778"):
        assert words in page, words
    for words in (*COSTS, *AMOUNTS):
        assert words not in page, words
    target = read(cast.maya, show="target")
    assert "69.8 %" in target
    assert "849,69" not in target


def test_who_sees_a_band_sees_what_the_buyer_sees(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    show_band(cast)
    for show in ("target", "walk-away", "limit", "offer-1", "offer-2"):
        page = read(cast.tomas, show=show)
        assert "From list to net" in page
        assert "Total value" in page
        for words in (*MARGINS, *COSTS, *AMOUNTS):
            assert words not in page, (show, words)
        main = page[page.index("<main") :]
        assert "argin" not in main


@pytest.mark.parametrize(
    ("view", "steps", "bridged", "line"),
    [
        ("cost", 16, 8, (True, True, True)),
        ("margin", 9, 4, (False, False, True)),
        ("band", 8, 4, (False, False, False)),
    ],
)
def test_one_place_decides_what_is_seen(
    view: View, steps: int, bridged: int, line: tuple[bool, bool, bool]
) -> None:
    flow = waterfall(TARGET, RULES)
    one = line_for(view, flow.lines[0])
    assert len(steps_for(view, flow)) == steps
    assert len(bridge_for(view, bridge(TARGET, RULES))) == bridged
    assert (one.cost is not None, one.margin is not None, one.margin_percent is not None) == line
    assert (share_for(view, flow) is None) == (view == "band")
    assert one.net == flow.lines[0].net


def test_a_draft_says_where_its_worth_is(brandt: Deal, cast: Cast, read: Callable[..., str]) -> None:
    page = read(cast.maya)
    assert "Nothing was asked for yet" in page
    assert 'href="/deals/D-1284/brief/"' in page
    assert "Side by side" not in page


def test_a_deal_closed_without_terms_has_no_price(brandt: Deal, cast: Cast, read: Callable[..., str]) -> None:
    close(brandt, by=cast.maya, reason="Budget.")
    assert "Price not recorded" in read(cast.maya)


def test_a_past_deal_needs_neither_request_nor_mandate(cast: Cast, read: Callable[..., str]) -> None:
    deal = recorded(cast, Ask(TARGET, TARGET))
    view = seen(deal, cast.henrik)
    assert [(column.name, column.source) for column in view.columns] == [
        ("Recorded", "revision 1, policy v14, in force now")
    ]
    assert not view.compares
    page = read(cast.maya, "/deals/P-1/economics/")
    assert "€1,924,560" in page
    assert "Against" not in page


def test_a_past_deal_is_measured_by_the_policy_that_judged_it(cast: Cast) -> None:
    deal = recorded(cast, Ask(TARGET, WALK_AWAY))
    judged_by = PolicyVersion.objects.get()
    Judged.objects.create(
        revision=deal.revisions.get(),
        version=judged_by,
        evaluation_target="{}",
        evaluation_walk_away="{}",
        content="0" * 64,
    )
    text = POLICY.read_text().replace("number = 14", "number = 15").replace("day_cost = 980", "day_cost = 1")
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)

    view = seen(deal, cast.henrik)

    assert [column.source for column in view.columns] == ["revision 1, policy v14"] * 2
    assert cells(view, "Customisation not billed")[0] == ("−€11,760", "")


def test_what_was_signed_as_recorded_stands_there_once(cast: Cast) -> None:
    signed = canonical.dumps(terms_document(TARGET))
    past = {"status": "won", "closed_at": clock.now(), "signed_at": clock.today(), "signed": signed}
    deal = recorded(cast, Ask(TARGET, TARGET), **past)
    assert names(seen(deal, cast.henrik)) == ["Signed"]


def test_a_past_deal_without_a_price_says_so(cast: Cast, read: Callable[..., str]) -> None:
    bare = replace(TARGET, priced=False)
    recorded(cast, Ask(bare, bare))
    page = read(cast.maya, "/deals/P-1/economics/")
    assert "Price not recorded" in page
    assert "€" not in page[page.index('id="figures"') :]


def test_without_a_line_the_price_was_not_recorded(cast: Cast, read: Callable[..., str]) -> None:
    bare = replace(TARGET, lines=())
    recorded(cast, Ask(bare, bare))
    page = read(cast.maya, "/deals/P-1/economics/")
    assert "Price not recorded" in page
    assert "€" not in page[page.index('id="figures"') :]


def test_an_unknown_contract_length_leaves_the_other_terms_comparable(
    cast: Cast, read: Callable[..., str]
) -> None:
    deal = recorded(cast, Ask(TARGET, without(WALK_AWAY, term_months=None)))
    view = seen(deal, cast.henrik)
    assert view.shown.unknown == "Contract length unknown"
    assert cells(view, "Net price") == [("€1,924,560", ""), ("–", "")]
    assert view.gaps == ("Walk-away: contract length unknown.",)
    assert "Contract length unknown" in read(cast.maya, "/deals/P-1/economics/")


def test_an_unknown_price_rise_or_cost_is_said_and_not_guessed(cast: Cast) -> None:
    lines = tuple(replace(line, cost=None) for line in TARGET.lines)
    terms = without(replace(TARGET, lines=lines), price_rise=None)
    deal = recorded(cast, Ask(terms, terms))
    view = seen(deal, cast.henrik)
    assert cells(view, "Total value") == cells(view, "Margin") == [("unknown", "")]
    assert view.gaps == (
        "Recorded: a cost, payment days or customisation is unknown, so there is no margin.",
        "Recorded: the price rise is unknown, so there is no total value.",
    )
    assert seen(deal, cast.maya).gaps == view.gaps


def test_more_than_four_offers_wait_behind_a_link(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    for _ in range(6):
        offer_inside(granted, cast)
    view = seen(granted.deal, cast.maya)
    assert names(view)[3:] == ["Offer 3", "Offer 4", "Offer 5", "Offer 6"]
    assert view.earlier == 2
    page = read(cast.maya)
    assert re.search(r'href="\?offers=all"[^>]*>2 earlier offers<', page)
    assert "Offer 1" in read(cast.maya, offers="all")
    assert names(seen(granted.deal, cast.maya, show="offer-1"))[3:5] == ["Offer 1", "Offer 3"]


def test_a_choice_swaps_the_figures_alone(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    part = client.get(PAGE, {"show": "target"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="figures">')
    assert "Target over" in part


def test_ten_offers_ask_as_often_as_one(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    offer_inside(granted, cast)
    once = count_queries(client)
    for _ in range(9):
        offer_inside(granted, cast)
    assert count_queries(client) == once


def count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE, {"offers": "all"}).status_code == 200
    return len(captured)


def test_who_may_not_know_of_the_deal_finds_no_economics(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.elena)
    assert client.get(PAGE).status_code == 404
