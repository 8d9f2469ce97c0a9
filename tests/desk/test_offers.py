import html
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.test import Client

from approvals.models import Decision, Mandate, Offer
from approvals.submit import submit
from base import canonical, clock
from base.format import SPACE
from deals.document import terms_document
from desk.head import room_of
from desk.offers import Proposal, way_of
from desk.room import answer_of, granted_of
from desk.trail import table_of
from ledger.models import Effect, Event
from tests.brandt import OFFER_5, ask_offer_5, rule, step_of
from tests.cast import Cast
from tests.desk.offering import HELD, offer_five, offer_inside, terms_at, typed

PAGE = "/deals/D-1284/offers/"
PRODUCTS = ("line-1", "line-2", "line-3", "line-4")
LINES_OF_5 = {f"line_{key}": discount for key, discount in zip(PRODUCTS, OFFER_5, strict=True)}


@pytest.fixture
def check(client: Client, cast: Cast) -> Callable[..., str]:
    """check(discount="22.5"): the answer to an offer that is being typed, with plain spaces."""

    def check_(**changed: str) -> str:
        client.force_login(cast.maya)
        answer = client.post(f"{PAGE}check/", typed(**changed), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return plain(answer.content)

    return check_


def plain(content: bytes) -> str:
    return content.decode().replace(SPACE, " ")


def proposal(granted: Mandate, **changed: D) -> Proposal:
    revision = granted.request.revision
    values = {**revision.ask.walk_away.values, "payment_days": D(45)}
    return Proposal(
        discount=changed.get("discount", D("20.0")),
        values={**values, **{key: value for key, value in changed.items() if key != "discount"}},
        clauses=dict(revision.ask.walk_away.clauses),
        good_until=clock.today() + HELD,
    )


def test_at_the_limit_an_offer_is_inside_and_its_lines_move_together(
    granted: Mandate, check: Callable[..., str]
) -> None:
    text = check()

    assert "Inside. You may send this now." in text
    assert "Send it yourself; here you write down what was sent." in text
    assert black(text) == "Write down as offer 1, sent"
    mail = html.unescape(text[text.index("<textarea") : text.index("</textarea>")])
    for line in (
        "420 × Control Platform, 23.15 % off the list price",
        "Your price: €1,759,680",
        "Payment: 45 days",
    ):
        assert line in mail, mail
    assert "argin" not in mail and "€1,759,680" in text
    assert "Margin, limit 58.9 %</dt><dd>58.9 %" in text
    assert "Lines move together: 23.15 / 16.73 / 8.41 / 12.61 %." in text
    assert "<dt>Discount left</dt><dd>none</dd>" in text
    assert "<html" not in text


@pytest.mark.parametrize(("discount", "verdict"), [("20.0", "Inside"), ("20.1", "Outside")])
def test_the_limit_itself_is_inside_and_a_step_past_it_is_not(
    granted: Mandate, check: Callable[..., str], discount: str, verdict: str
) -> None:
    assert f"<b>{verdict}." in check(discount=discount)


def test_outside_it_says_what_is_broken_whom_it_needs_and_what_would_bring_it_inside(
    granted: Mandate, check: Callable[..., str]
) -> None:
    text = check(discount="22.5", payment_days="60")

    assert "Outside. Do not promise this." in text
    assert "Discount 22.5 % is 2.5 points over the limit of 20.0 %." in text
    assert "Payment 60 days is 15 days over the limit of 45 days." in text
    assert "To go there it needs Finance Director." in text
    assert black(text) == "Ask for this room"
    assert "<textarea" not in text
    assert "Inside at 20.0 % and 45 days." in text
    assert "Use both" in text
    assert filled(text) == {"id_discount": "20.0", "id_lines": "together", "id_payment_days": "45"}


def black(text: str) -> str:
    """The words of the one main button."""
    found = re.findall(r'<(?:button|a) class="btn primary wide".*?</svg>([^<]*)<', text)
    assert len(found) == 1, found
    return str(found[0])


def filled(text: str) -> dict[str, str]:
    found = re.search('data-fill="([^"]*)"', text)
    assert found
    fields: dict[str, str] = json.loads(html.unescape(found[1]))
    return fields


def test_what_would_bring_it_inside_really_does(
    granted: Mandate, check: Callable[..., str], client: Client
) -> None:
    typed_by_hand = {"discount": "24.0", "payment_days": "75", "custom_days": "30", "invoices_per_year": "4"}
    answer = check(**typed_by_hand)
    fill = filled(answer)
    without_script = re.findall(r'href="([^"]*#try)" data-fill', answer)

    text = check(**{**typed_by_hand, **{key.removeprefix("id_"): value for key, value in fill.items()}})

    assert "Inside. You may send this now." in client.get(html.unescape(*without_script)).content.decode()
    assert fill["id_custom_days"] == "20"
    assert fill["id_invoices_per_year"] == "1"
    assert "Inside. You may send this now." in text


def test_prices_move_when_only_the_margin_is_broken(granted: Mandate, check: Callable[..., str]) -> None:
    free = {
        "lines": "single",
        "line_line-1": "10",
        "line_line-2": "10",
        "line_line-3": "100",
        "line_line-4": "100",
    }
    text = check(**free)

    assert "Margin" in text.split("<dl")[0]
    fill = filled(text)
    assert fill["id_lines"] == "together"
    again = check(discount=fill["id_discount"])
    assert "Inside. You may send this now." in again


def test_a_condition_that_is_not_kept_makes_it_outside(granted: Mandate, check: Callable[..., str]) -> None:
    text = check(invoices_per_year="4")

    assert "It was granted on a condition that the offer does not keep: Invoicing yearly." in text
    assert "Inside at yearly." in text
    assert "not kept" in text


def test_nobody_may_grant_what_is_never_granted(granted: Mandate, check: Callable[..., str]) -> None:
    text = check(clause_liability="uncapped")

    assert "Nobody may grant all of this." in text
    assert "Ask for this room" not in text
    assert "Inside at 1.5 × fees." in text


def test_an_offer_good_for_longer_than_the_mandate_is_outside(
    granted: Mandate, check: Callable[..., str]
) -> None:
    late = granted.expires_at.date() + timedelta(days=5)
    text = check(good_until=late.isoformat())

    assert "The offer is good for longer than the mandate lasts." in text
    assert "Nobody else is needed; only the day has to be nearer." in text
    last: date = granted.expires_at.astimezone(clock.company_zone()).date() - timedelta(days=1)
    assert filled(text) == {"id_good_until": last.isoformat()}


def test_a_discount_below_the_target_stops_there(granted: Mandate, check: Callable[..., str]) -> None:
    text = check(discount="5.0")

    assert "No line goes below its target, so it comes out at 12.6 %." in text
    assert "€1,924,560" in text


def test_a_decimal_comma_is_a_decimal_point(granted: Mandate, check: Callable[..., str]) -> None:
    assert "€1,790,474" in check(discount="18,6")


def test_checking_writes_nothing(granted: Mandate, check: Callable[..., str]) -> None:
    before = (Offer.objects.count(), Event.objects.count(), Effect.objects.count())

    check()
    check(discount="30.0", payment_days="90")

    assert (Offer.objects.count(), Event.objects.count(), Effect.objects.count()) == before


def test_checking_works_without_script_as_a_whole_page(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    text = plain(client.post(f"{PAGE}check/", typed(discount="22.5")).content)

    assert "<html" in text
    assert "Outside. Do not promise this." in text
    assert 'name="discount" value="22.5"' in text
    assert not Offer.objects.exists()


def test_what_cannot_be_an_offer_is_said_beside_its_field(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)

    answer = client.post(
        f"{PAGE}check/", typed(discount="", payment_days="-3"), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    text = plain(answer.content)
    assert "Not answered yet." in text
    assert "Discount: Give the discount, or set the lines one by one." in text
    assert "Payment: At least 0 days." in text


def test_recording_keeps_the_offer_with_its_answer(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    page = client.post(PAGE, typed(note="After the call."), follow=True)

    made = Offer.objects.get()
    assert (made.number, made.inside, made.direction, made.note) == (1, True, "sent", "After the call.")
    assert made.net.quantize(D(1)) == D(1759680)
    assert "Offer 1 is written down, inside the mandate." in page.content.decode()
    assert "“After the call.”" in page.content.decode()


def test_lines_set_one_by_one_are_recorded_as_they_are(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    page = client.post(
        PAGE,
        typed(lines="single", discount="", payment_days="60", direction="asked", **LINES_OF_5),
        follow=True,
    )

    made = Offer.objects.get()
    assert made.net == D("1704690.00")
    assert {breach.key: breach.functions for breach in answer_of(made).breaches} == {
        "discount": ("finance",),
        "margin": ("finance",),
        "payment_days": ("finance",),
    }
    text = plain(page.content)
    assert "2.5 points over" in text
    assert "15 days over" in text
    assert "1.5 points under" in text
    assert "57.4 %" in text
    assert "It belongs to <b>Finance</b>: it would need Finance Director." in text
    assert "The buyer asks, no. 1" in text
    assert "€54,990 past the limit" in text


def test_a_line_without_a_discount_is_refused_and_nothing_is_lost(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)

    answer = client.post(PAGE, typed(lines="single", note="Almost.", **{**LINES_OF_5, "line_line-2": ""}))

    assert answer.status_code == 422
    text = plain(answer.content)
    assert "Give this line its discount." in text
    assert "Almost." in text
    assert 'value="24.5"' in text
    assert not Offer.objects.exists()


def test_an_offer_that_was_good_until_yesterday_is_refused(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    yesterday = clock.today() - timedelta(days=1)

    answer = client.post(PAGE, typed(good_until=yesterday.isoformat()))

    assert answer.status_code == 422
    assert "Lies in the past." in answer.content.decode()
    assert not Offer.objects.exists()


def test_without_a_mandate_there_is_nothing_to_check_against(
    brandt: object, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)

    assert "No mandate yet" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}check/", typed()).status_code == 409
    assert client.post(PAGE, typed()).status_code == 409


def test_asking_for_the_room_writes_the_offer_down_and_stretches_the_brief_or_does_nothing(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    far = typed(discount="22.5", payment_days="60", direction="", room="on")

    assert client.post(PAGE, {**far, "version": "1"}).status_code == 409
    assert not Offer.objects.exists()
    answer = client.post(PAGE, {**far, "version": str(granted.deal.version)})

    assert answer["Location"] == "/deals/D-1284/brief/"
    made = Offer.objects.get()
    assert (made.direction, made.inside) == ("asked", False)
    assert granted.deal.terms.get(key="payment_days").walk_away == 60


def test_an_answer_is_never_computed_again(granted: Mandate, cast: Cast, client: Client) -> None:
    made = offer_five(granted, cast)
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik)
    client.force_login(cast.maya)

    text = plain(client.get(PAGE).content)

    assert Mandate.objects.count() == 2
    assert Decision.objects.count() == 4
    assert "Outside</span>" in text
    assert "Discount 22.5 % is 2.5 points over the limit of 20.0 %." in text
    assert f"checked against mandate {made.mandate.number}" in text
    assert "You may go to</dt><dd>22.5 %" in text


def test_from_offer_to_offer_shows_what_moved_and_which_way(granted: Mandate, cast: Cast) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    offer_inside(granted, cast)

    trail = table_of(room_of(granted.deal, cast.maya), "").trail

    assert trail is not None
    rows = {
        term.name: [(cell.words.replace(SPACE, " "), cell.way, cell.past) for cell in term.cells]
        for term in trail.terms
    }
    assert rows["Payment"] == [("45 days", "", False), ("60 days", "buyer", True), ("45 days", "us", False)]
    assert rows["Go-live"] == [
        ("14 weeks", "", False),
        ("13 weeks", "buyer", False),
        ("14 weeks", "us", False),
    ]
    assert rows["Margin"] == [("60.5 %", "", False), ("57.4 %", "buyer", True), ("60.5 %", "us", False)]
    assert "Contract length" not in rows


def test_a_recorded_offer_says_how_it_would_be_inside_and_fills_that_in(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    made = offer_five(granted, cast)
    client.force_login(cast.maya)

    way = way_of(made, granted_of(granted, "cost"))

    assert way is not None
    assert way.words.replace(SPACE, " ") == "20.0 % and 45 days"
    text = plain(client.get(f"{PAGE}?{way.query}").content)
    assert 'name="discount" value="20.0"' in text
    assert "Inside. You may send this now." in text


def test_the_form_starts_at_the_last_offer_inside(granted: Mandate, cast: Cast, client: Client) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    client.force_login(cast.maya)

    text = plain(client.get(PAGE).content)

    assert 'name="discount" value="16.9"' in text
    assert 'name="custom_days" value="16"' in text
    assert "Inside. You may send this now." in text


def test_any_offer_can_be_looked_at_limit_by_limit(granted: Mandate, cast: Cast, client: Client) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    client.force_login(cast.maya)

    text = plain(client.get(PAGE, {"offer": "1"}).content)

    assert "<h2>Offer 1</h2>" in text
    assert "Only with: Invoicing yearly." in text


def test_terms_at_the_walk_away_are_exactly_what_was_typed(granted: Mandate) -> None:
    terms = proposal(granted).terms(granted_of(granted, "cost"))

    assert terms.values["payment_days"] == 45
    assert terms_at(granted, OFFER_5).lines[0].discount == D("24.5")


def test_how_far_one_may_go_is_what_all_limits_allow_together(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    corner = canonical.dumps(terms_document(granted.request.revision.ask.target))
    Mandate.objects.filter(pk=granted.pk).update(corner=corner)
    client.force_login(cast.maya)

    text = plain(client.get(PAGE).content)

    assert "You may go to</dt><dd>12.6 %" in text
    assert "up to 20.0 % where you give less elsewhere" in text


def test_where_every_limit_can_be_used_at_once_nothing_further_is_said(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    text = plain(client.get(PAGE).content)
    assert "You may go to</dt><dd>20.0 %" in text
    assert "where you give less elsewhere" not in text


def test_an_offer_that_the_open_revision_asks_for_leads_to_it(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    offer_five(granted, cast)
    client.force_login(cast.maya)

    text = plain(client.get(PAGE).content)

    assert "See revision 2" in text
    assert "Ask for this room" not in text
