from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from approvals.models import Closing, Decision, Mandate, Request, Step
from approvals.offer import offer
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.format import SPACE
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, TermChange
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from deals.share import team_of
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from people.models import User
from tests.brandt import CLAUSES, POLICY, TERMS, ask_offer_5, brandt_lines, rule, step_of
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside

ROOM = "/deals/D-1284/"
PAGES = ("", "offers/", "approvals/", "record/")


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """read(user, "offers/"): that page of the deal room, with plain spaces."""

    def read_(user: User, page: str = "", **data: str) -> str:
        client.force_login(user)
        answer = client.get(f"{ROOM}{page}", data)
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return read_


def show_band(cast: Cast) -> None:
    """From now on Legal sees no margin."""
    text = (
        POLICY.read_text().replace("number = 14", "number = 15").replace('legal = "margin"', 'legal = "band"')
    )
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


def test_a_draft_says_that_everything_is_there_or_what_is_missing(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    assert "Everything is there." in read(cast.maya)

    brandt.lines.all().delete()
    page = read(cast.maya)

    assert "Add what they want to buy." in page
    assert "Everything is there." not in page
    assert "Mandate active" not in page


def test_in_review_it_says_who_has_the_ball_and_until_when(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    submit(brandt, by=cast.maya)

    page = read(cast.maya)

    assert "Revision 1 is in review. Promise nothing yet." in page
    assert "Expect it by" in page
    assert "Henrik Sørensen, by" in page
    assert "€1,728,450" in page
    assert "Value at the walk-away" in page


def test_a_decline_says_who_why_and_what_would_need_less(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Decision.Verdict.DECLINE, reason="Third stretch.")

    page = read(cast.maya)

    assert "<b>Henrik Sørensen, Finance Director, declined:</b> “Third stretch.”" in page
    assert "With discount 20.0 % and payment 45 days, Finance Director falls away" in page


def test_changes_asked_for_leave_the_ball_with_the_seller(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "legal"), cast.tomas, Decision.Verdict.CHANGES, reason="Cap at 1.0, please.")

    page = read(cast.maya)

    assert "Tomás Rivera, Legal Counsel, asked for changes:" in page
    assert "Changes are asked: the ball is with the seller." in page
    assert "With seller" in page


def test_the_mandate_shows_each_limit_with_its_source_and_the_worth_at_both_ends(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    page = read(cast.maya)

    for words in (
        "Mandate active",
        "€1,924,560",
        "margin 62.7 %",
        "€1,759,680",
        "margin 58.9 %",
        "Finance Director narrowed 21.5 to 20.0 %, if invoiced yearly",
        "Finance Director narrowed 60 to 45 days, if invoiced yearly",
        "Follows from the rest",
        "Legal Counsel, first fallback",
        "Delivery Manager, as asked",
        "price rise 2.0 %",
        "Without asking anybody you may also go to: ",
    ):
        assert words in page, words
    assert "Last offer" not in page


def test_the_last_offer_says_what_was_given_away_and_what_is_left(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_inside(granted, cast)

    page = read(cast.maya)

    assert "Last offer, no. 1" in page
    assert "€1,829,475" in page
    assert "€95,085" in page
    assert "57 % of the room" in page
    assert "3.1 points" in page
    assert "4 days" in page


def test_an_offer_outside_is_named_with_its_limits_and_whose_they_are(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)

    page = read(cast.maya)

    assert (
        "Offer 2 is outside the mandate: discount 22.5 % (limit 20.0 %), margin 57.4 % (limit 58.9 %) "
        "and payment 60 days (limit 45 days)." in page
    )
    assert "All of it belongs to Finance, so only Finance looks again." in page
    assert "Until then you may offer up to the limits below." in page
    assert "Ask for this room" in page
    assert "€1,704,690" in page
    assert "−€54,990" in page
    assert "Margin, 57.4 %" in page


def test_the_waterfall_switches_between_offers_limit_and_target(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    offer_five(granted, cast)
    client.force_login(cast.maya)

    part = client.get(ROOM, {"show": "target"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "Target over" in part
    assert "€1,924,560" in part
    assert "+€164,880" in part
    assert 'href="?show=offer-1"' in part


def test_a_new_request_keeps_who_is_not_touched(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_five(granted, cast)
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)

    page = read(cast.maya)

    assert "Mandate active" in page
    assert "Revision 2 in review" in page
    assert "See revision 2" in page
    assert page.count("Kept from revision 1.") == 2
    assert "Tomás Rivera agreed, today" in page


def test_a_mandate_that_ran_out_says_so(granted: Mandate, cast: Cast, read: Callable[..., str]) -> None:
    with time_machine.travel(granted.expires_at + timedelta(hours=1)):
        page = read(cast.maya)
        offers = read(cast.maya, "offers/")

    assert "Mandate ran out" in page
    assert "The mandate ran out on" in page
    assert "Check an offer" not in page
    assert "Check an offer" not in offers


def test_a_deal_granted_without_asking_anybody_says_so(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=standard_ask())
    submit(Deal.objects.get(), by=cast.maya)

    assert "Everything was standard, so nobody had to be asked." in read(cast.maya)


def standard_ask() -> DraftChanges:
    lines = tuple(replace(line, target=D(0), walk_away=D(0)) for line in brandt_lines())
    safe = {**{key: target for key, (target, _) in TERMS.items()}, "custom_days": "5", "weeks_to_live": "20"}
    return DraftChanges(
        lines=lines,
        terms=tuple(TermChange(key, D(value), D(value)) for key, value in safe.items()),
        clauses=tuple(ClauseChange(key, "standard", "standard") for key in CLAUSES),
    )


def test_what_we_give_and_get_is_the_briefs(brandt: Deal, cast: Cast, read: Callable[..., str]) -> None:
    assert "Gives and gets" not in read(cast.maya)
    given = (ExchangeChange(give="Payment 45 days", get="Reference visit"),)
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=DraftChanges(exchanges=given))

    assert "Reference visit" in read(cast.maya)


def test_sellers_see_margin_but_no_cost_and_finance_sees_both(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    seller, finance = read(cast.maya), read(cast.henrik)

    assert "Margin, 58.9 %" in seller
    assert "Cost to serve" not in seller
    assert "Partner fee" not in seller
    assert "Cost to serve, Platform" in finance
    assert "Partner fee" in finance


def test_whoever_sees_a_band_finds_no_margin_on_any_page(
    granted: Mandate, cast: Cast, read: Callable[..., str], client: Client
) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    show_band(cast)

    for page in PAGES:
        text = read(cast.tomas, page)
        for figure in ("62.7 %", "58.9 %", "60.5 %", "57.4 %", "58.0 %", "979,955", "1,037,15"):
            assert figure not in text, (page, figure)
    assert "57.4 %" in read(cast.henrik, "approvals/")


def test_each_decision_says_what_was_seen_and_what_its_print_covers(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    page = read(cast.maya, "approvals/")
    for decision in granted.deal.decisions.all():
        assert decision.seen in page
    assert page.count('data-label="What they saw">revision 1') == granted.deal.decisions.count() == 3
    assert "it is not the print of the revision alone" in page


def test_who_may_not_know_of_the_deal_finds_no_page(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.elena)
    for page in PAGES:
        assert client.get(f"{ROOM}{page}").status_code == 404
    for act in ("withdraw/", "close/", "share/", "offers/", "offers/check/", "offers/1/more-room/"):
        assert client.post(f"{ROOM}{act}").status_code == 404


def test_who_only_looks_finds_no_button(granted: Mandate, cast: Cast, read: Callable[..., str]) -> None:
    for user in (cast.robin, cast.henrik, cast.marcus):
        page = read(user)
        assert "Close: won or lost" not in page
        assert "Share with a person" not in page
        assert "Write down as offer" not in read(user, "offers/")


def test_who_only_looks_cannot_act(granted: Mandate, cast: Cast, client: Client) -> None:
    made = offer_five(granted, cast)
    events = Event.objects.count()
    client.force_login(cast.robin)

    acts: dict[str, dict[str, Any]] = {
        "withdraw/": {},
        "close/": {"close-outcome": "lost"},
        "share/": {"share-person": cast.arjun.pk, "share-role": "viewer"},
        f"offers/{made.number}/more-room/": {"version": granted.deal.version},
    }
    for act, said in acts.items():
        assert client.post(f"{ROOM}{act}", said).status_code == 403, act
    assert Event.objects.count() == events


def test_withdrawing_ends_the_request(brandt: Deal, cast: Cast, client: Client) -> None:
    submit(brandt, by=cast.maya)
    client.force_login(cast.maya)

    answer = client.post(f"{ROOM}withdraw/", follow=True)

    assert "Revision 1 is withdrawn." in answer.content.decode()
    assert Request.objects.get().status == Request.Status.RECALLED


def test_withdrawing_nothing_is_refused(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    assert client.post(f"{ROOM}withdraw/").status_code == 409


def test_closing_as_won_takes_the_terms_of_an_offer_and_flags_what_is_outside(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    made = offer_five(granted, cast)
    client.force_login(cast.maya)

    answer = client.post(
        f"{ROOM}close/",
        {
            "close-outcome": "won",
            "close-signed": f"offer-{made.number}",
            "close-reason": "It was that or nothing.",
            "confirmed": "yes",
        },
        follow=True,
    )

    closing = Closing.objects.get()
    assert (closing.won, closing.inside) == (True, False)
    assert closing.document == made.document
    page = answer.content.decode().replace(SPACE, " ")
    assert "Won: signed today, outside the mandate." in page
    assert "Signed over 36 months, against limit" in page
    assert "€1,759,680" in page
    assert "Check an offer" not in page


def test_closing_as_won_needs_the_signed_terms(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    answer = client.post(f"{ROOM}close/", {"close-outcome": "won", "close-reason": "They signed."})

    assert answer.status_code == 422
    assert "Say which terms were signed." in answer.content.decode()
    assert "They signed." in answer.content.decode()
    assert not Closing.objects.exists()


def test_closing_as_lost_keeps_the_reason(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    said = {"close-outcome": "lost", "close-reason": "Budget.", "confirmed": "yes"}
    page = client.post(f"{ROOM}close/", said, follow=True)

    assert Deal.objects.get().status == Deal.Status.LOST
    assert "“Budget.”" in page.content.decode()
    assert "Close: won or lost" not in page.content.decode()


def test_sharing_lets_a_person_work_on_the_deal(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    client.post(f"{ROOM}share/", {"share-person": cast.arjun.pk, "share-role": "team"})

    assert team_of(brandt) == {cast.arjun.pk}


def test_sharing_with_nobody_is_refused_beside_the_field(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    answer = client.post(f"{ROOM}share/", {"share-person": cast.maya.pk, "share-role": "team"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert team_of(brandt) == frozenset()


def test_asking_for_more_room_makes_the_offer_the_walk_away_of_the_brief(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    made = offer_five(granted, cast)
    client.force_login(cast.maya)

    answer = client.post(f"{ROOM}offers/{made.number}/more-room/", {"version": granted.deal.version})

    assert answer["Location"] == f"{ROOM}brief/"
    ends = list(granted.deal.lines.values_list("target", "walk_away"))
    assert [(f"{target:.1f}", f"{walk:.1f}") for target, walk in ends] == [
        ("16.0", "24.5"),
        ("10.0", "23.5"),
        ("0.0", "10.0"),
        ("0.0", "15.0"),
    ]
    assert granted.deal.terms.get(key="payment_days").walk_away == 60


def test_asking_for_more_room_never_overwrites_a_draft_unseen(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    made = offer_five(granted, cast)
    seen = granted.deal.version
    save_draft(granted.deal, by=cast.maya, version=seen, changes=DraftChanges(title="Other"))
    client.force_login(cast.maya)

    answer = client.post(f"{ROOM}offers/{made.number}/more-room/", {"version": seen})

    assert answer.status_code == 409
    assert granted.deal.lines.get(key="line-2").walk_away == 18


def test_every_page_asks_as_often_for_one_offer_as_for_ten(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    offer_inside(granted, cast)
    counts = {page: count_queries(client, page) for page in PAGES}
    for _ in range(9):
        offer_inside(granted, cast)

    assert {page: count_queries(client, page) for page in PAGES} == counts


def test_approvals_ask_as_often_for_one_revision_as_for_five(
    brandt: Deal, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    submit(brandt, by=cast.maya)
    recall(brandt, by=cast.maya)
    once = count_queries(client, "approvals/")
    for _ in range(4):
        submit(brandt, by=cast.maya)
        recall(brandt, by=cast.maya)

    assert count_queries(client, "approvals/") == once


def count_queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{ROOM}{page}").status_code == 200
    return len(captured)


def test_an_empty_deal_shows_every_page(cast: Cast, client: Client) -> None:
    publish(review(load(POLICY.read_text(), by=cast.ines), by=cast.dana), by=cast.ines)
    account = Account.objects.create(name="Corvus Lines", segment="Enterprise", region="DACH")
    deal = create("Ports", account, by=cast.maya, deal_type="New business", currency="EUR")
    assign_perm("deals.view_deal", cast.henrik, deal)
    for user in (cast.maya, cast.henrik):
        client.force_login(user)
        for page in PAGES:
            assert client.get(f"/deals/{deal.number}/{page}").status_code == 200


def test_asking_for_more_room_gives_up_nothing_that_was_granted(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    target = granted.request.revision.ask.target
    asked = replace(target, values={**target.values, "payment_days": D(60)})
    made = offer(granted.deal, by=cast.maya, terms=asked, good_until=clock.today(), direction="asked")
    client.force_login(cast.maya)

    client.post(f"{ROOM}offers/{made.number}/more-room/", {"version": granted.deal.version})

    deal = granted.deal
    assert deal.clauses.get(clause="liability").walk_away == "fallback-1"
    assert {row.key: row.walk_away for row in deal.terms.filter(key__in=["payment_days", "custom_days"])} == {
        "payment_days": 60,
        "custom_days": 20,
    }
    assert f"{deal.lines.get(key='line-1').walk_away:.2f}" == "23.15"


def test_who_is_late_is_named_apart_from_who_has_time_left(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    steps = submit(brandt, by=cast.maya).steps.filter(status=Step.Status.OPEN).order_by("due_at")
    first, *_, last = list(steps)
    assert first.due_at is not None
    assert last.due_at is not None
    assert first.due_at < last.due_at

    with time_machine.travel(first.due_at + timedelta(minutes=1), tick=False):
        page = read(cast.maya)

    assert f"{first.level_name} should have answered by " in page
    assert f"{last.level_name} has until " in page
    assert f"{last.level_name} should have answered" not in page


def test_levels_that_nobody_holds_are_named_and_the_others_keep_their_time(
    brandt: Deal, cast: Cast, read: Callable[..., str]
) -> None:
    request = submit(brandt, by=cast.maya)
    step = step_of(request, "legal")
    Step.objects.filter(pk=step.pk).update(status=Step.Status.UNROUTABLE, due_at=None)

    page = read(cast.maya)

    assert f"Nobody can be asked as {step.level_name}: the deal desk finds somebody." in page
    assert f"{step_of(request, 'finance').level_name} has until " in page


def test_an_offer_that_the_open_revision_asks_for_already_is_not_asked_for_again(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    offer_five(granted, cast)

    page = read(cast.maya)

    assert "See revision 2" in page
    assert "Ask for this room" not in page


def test_an_offer_past_what_the_open_revision_asks_for_can_be_asked_for(
    granted: Mandate, cast: Cast, read: Callable[..., str]
) -> None:
    offer_five(granted, cast)
    less = DraftChanges(terms=(TermChange("payment_days", D(30), D(50)),))
    save_draft(granted.deal, by=cast.maya, version=Deal.objects.get().version, changes=less)
    submit(Deal.objects.get(), by=cast.maya)

    assert "Ask for this room" in read(cast.maya)
