import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.answer import Answer, Breach
from approvals.close import close
from approvals.limit import Limit
from approvals.models import Decision, Mandate, Offer, Request
from approvals.offer import offer
from approvals.submit import submit
from base import canonical
from deals.document import measured_document, terms_from
from deals.models import Deal
from deals.terms import Terms
from desk.moves import granted_words
from guardrails.measured import Frame, Measured
from people.models import Authority, Team, User
from tests.brandt import OFFER_5, ask_offer_5, grant_brandt, make_brandt, narrow_finance, rule, step_of
from tests.cast import Cast
from tests.desk.making import THURSDAY, At, finding, make_deal, make_request, make_revision, make_version

HOME = "/"
H = 60
REVIEWER_QUERIES = 21
SELLER_QUERIES = 21
LEADER_QUERIES = 27
HEALTH_QUERIES = 4
RATES_QUERIES = 2
AUDITOR_QUERIES = 14
SPACE = "\xa0"
DIRECTOR = "Finance Director"


@pytest.fixture
def brandt(cast: Cast) -> Deal:
    """Written and sent a week ago, on Thursday 4 June at 11:30 in Berlin."""
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        return make_brandt(cast)


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        return submit(brandt, by=cast.maya)


@pytest.fixture
def granted(brandt: Deal, cast: Cast) -> Mandate:
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        return grant_brandt(brandt, cast)


@pytest.fixture
def see(client):
    """see(user, at): that person's home."""

    def see_(user: User, at: datetime = THURSDAY):
        client.force_login(user)
        with time_machine.travel(at, tick=False):
            answer = client.get(HOME)
        assert answer.status_code == 200
        return answer

    return see_


def home(answer):
    return answer.context["home"]


def spaced(answer):
    return answer.content.decode().replace(SPACE, " ")


@pytest.mark.parametrize(
    ("hour", "zone", "words"),
    [
        (4, "Europe/Berlin", "Good morning, Maya"),
        (9, "Europe/Berlin", "Good morning, Maya"),
        (10, "Europe/Berlin", "Good afternoon, Maya"),
        (16, "Europe/Berlin", "Good evening, Maya"),
        (16, "America/New_York", "Good afternoon, Maya"),
    ],
)
def test_people_are_greeted_by_their_own_clock(cast, brandt, see, hour, zone, words):
    cast.maya.timezone = zone
    cast.maya.save()
    assert words in spaced(see(cast.maya, datetime(2026, 6, 11, hour, 0, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("key", "template"),
    [
        ("maya", "seller"),
        ("marcus", "leader"),
        ("ines", "leader"),
        ("robin", "auditor"),
        ("henrik", "reviewer"),
        ("grace", "reviewer"),
        ("olaf", "reviewer"),
        ("victor", "reviewer"),
    ],
)
def test_each_gets_the_home_of_what_they_come_for(cast, brandt, see, key, template):
    answer = see(getattr(cast, key))
    assert f"desk/home_{template}.html" in [used.name for used in answer.templates]


def test_a_reviewer_reads_why_it_is_they_who_are_asked(cast, request_, see):
    answer = see(cast.henrik, THURSDAY - timedelta(days=7))
    (review,) = home(answer).reviews
    assert (review.deal.number, review.revision, review.value) == ("D-1284", 1, D("1924560"))
    assert [why.replace(SPACE, " ") for why in review.why] == [
        "Discount 21.5 % (standard to 12.5 %)",
        "Payment 60 days (standard to 30 days)",
    ]
    assert (review.more, review.level, review.step.held_level) == (1, "Finance Director", 2)
    assert review.clock.words.replace(SPACE, " ") == "12 h left"
    assert review.clock.due == "tomorrow 15:30"
    assert "No answers due today; after that tomorrow 15:30." in spaced(answer)


def test_what_breaks_today_says_where_it_moves(cast, request_, see):
    answer = see(cast.henrik, THURSDAY - timedelta(days=6))
    (review,) = home(answer).breaking
    assert review.then == "Then it moves to Dana Whitlock, CFO."
    assert "1 answer due today; nothing else needs you." in spaced(answer)
    assert "Brandt Logistik AG, today 15:30" in spaced(answer)


def test_without_anyone_above_it_stays(cast, request_, see):
    Authority.objects.filter(user=cast.dana).delete()
    (review,) = home(see(cast.henrik, THURSDAY - timedelta(days=6))).reviews
    assert review.then == "Then the deal desk has it too: nobody is left to take over."


def test_it_never_moves_to_whoever_asks_nor_twice(cast, see):
    version = make_version(cast.ines, cast.dana)
    deal = make_deal(cast.dana)
    make_request(make_revision(deal), version, [At("finance", 2, people=(cast.henrik,))])
    other = make_deal(cast.maya, "Osprey Freight", "D-2")
    make_request(make_revision(other), version, [At("finance", 1, held=2, people=(cast.henrik,))])
    first, second = home(see(cast.henrik)).reviews
    assert first.then == "Then the deal desk has it too: nobody is left to take over."
    assert second.then == "Then the deal desk has it too: nobody is left to take over."
    assert second.moved_from == "Finance Manager"


def test_whoever_sees_a_band_reads_no_figure(cast, see):
    version = make_version(cast.ines, cast.dana, ('finance = "cost"', 'finance = "band"'))
    step = At("finance", 2, people=(cast.henrik,), findings=("margin",))
    found = [
        finding("margin", "finance", 2, "Margin 55.4 %.", band="Margin is in the Finance Director band.")
    ]
    make_request(make_revision(make_deal(cast.maya)), version, [step], found)
    answer = see(cast.henrik)
    assert home(answer).reviews[0].why == ("Margin is in the Finance Director band.",)
    assert "55.4" not in spaced(answer)


def test_a_reviewer_with_nothing_to_do_is_told_so(cast, brandt, see):
    answer = see(cast.victor)
    assert home(answer).reviews == ()
    assert "Nothing waits for you." in spaced(answer)
    assert "Start reviewing" not in spaced(answer)


def test_waiting_on_others_says_who_and_until_when(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        rule(step_of(request_, "legal"), cast.tomas)
    (other,) = home(see(cast.tomas, THURSDAY - timedelta(days=7))).others
    assert other.text == "You agreed today 11:30. Finance Director answers by tomorrow 15:30."
    (late,) = home(see(cast.tomas)).others
    assert late.text.startswith(
        "You agreed Thu 4 June, 11:30. Finance Director should have answered Fri 5 June"
    )
    assert late.tone == "warn"


def test_waiting_on_a_seller_repeats_what_was_asked(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        rule(
            step_of(request_, "legal"),
            cast.tomas,
            Decision.Verdict.CHANGES,
            reason="Name the sub-processors.",
        )
    (other,) = home(see(cast.tomas)).others
    asked = "You asked for changes Thu 4 June, 11:30: “Name the sub-processors.”"
    assert (other.text, other.tone) == (f"{asked} Maya Okafor has not answered.", "warn")


def test_a_grant_waits_with_its_limits_until_the_others_agree(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        narrow_finance(request_, cast)
    (grant,) = home(see(cast.henrik)).granted
    assert grant.words.replace(SPACE, " ") == "Discount up to 20.0 %, payment up to 45 days"
    assert (grant.small, grant.reach, grant.now) == (
        "narrowed, if invoicing yearly",
        None,
        "Waits for Legal Counsel",
    )


def put(deal: Deal, cast: Cast, terms: Terms, direction: str = "sent"):
    with time_machine.travel(THURSDAY, tick=False):
        return offer(deal, by=cast.maya, terms=terms, good_until=date(2026, 6, 26), direction=direction)


def offer_5(mandate: Mandate) -> Terms:
    terms = mandate.request.revision.ask.walk_away
    lines = (replace(line, discount=D(off)) for line, off in zip(terms.lines, OFFER_5, strict=True))
    return replace(terms, lines=tuple(lines))


def at_target(mandate: Mandate) -> Terms:
    return mandate.request.revision.ask.target


def test_a_grant_shows_how_much_of_it_was_used(cast, granted, see):
    put(granted.deal, cast, at_target(granted))
    (grant,) = home(see(cast.henrik)).granted
    reach = grant.reach
    assert (reach.metric.key, reach.target, reach.limit, reach.offer) == (
        "discount",
        D("12.6"),
        D("20.0"),
        D("12.6"),
    )
    assert (reach.over, reach.used, reach.standard) == (None, 0, D("12.5"))
    assert grant.now == "Mandate active"
    put(granted.deal, cast, offer_5(granted), "asked")
    reach = home(see(cast.henrik)).granted[0].reach
    assert (reach.offer, reach.over, reach.used) == (D("12.6"), D("22.5"), 0)


def test_a_grant_hides_the_margin_from_whoever_sees_a_band(cast, see):
    version = make_version(cast.ines, cast.dana)
    request = make_request(
        make_revision(make_deal(cast.maya)), version, [At("finance", 2, "agreed")], status="granted"
    )
    decided(request.steps.get(), cast.henrik, granted='{"discount": "22.5", "margin": "57.4"}')
    (grant,) = home(see(cast.henrik)).granted
    assert grant.words.replace(SPACE, " ") == "Discount up to 22.5 %, margin down to 57.4 %"
    make_version(cast.ines, cast.dana, ('finance = "cost"', 'finance = "band"'), number=15)
    (grant,) = home(see(cast.henrik)).granted
    assert grant.words.replace(SPACE, " ") == "Discount up to 22.5 %"


def test_a_mandate_hides_the_margin_from_whoever_sees_a_band(cast):
    version = make_version(cast.ines, cast.dana)
    margin = Limit("margin", D("57.4"), "narrowed", "finance", 2, ("finance",), D(60), D("62.7"), D("57.4"))
    mandate = Mandate(version=version, limits=canonical.dumps([margin.to_document(), LIMIT.to_document()]))
    said = {view: granted_words(mandate, view).replace(SPACE, " ") for view in ("band", "margin")}
    assert said["margin"] == "Discount up to 20.0 %, margin down to 57.4 %"
    assert said["band"] == "Discount up to 20.0 %"


def test_a_month_of_answers_is_counted(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        narrow_finance(request_, cast)
    answered = home(see(cast.henrik)).answered
    assert (answered.asked, answered.granted, answered.limited) == (1, 1, 1)
    assert home(see(cast.henrik, THURSDAY + timedelta(days=30))).answered.asked == 0


def turns(answer):
    shown = home(answer)
    return {
        name: [(move.deal.number, move.state[0]) for move in getattr(shown, name)]
        for name in ("yours", "negotiate", "ours")
    }


def test_a_draft_is_the_sellers_move(cast, brandt, see):
    answer = see(cast.maya)
    assert turns(answer) == {"yours": [("D-1284", "Draft")], "negotiate": [], "ours": []}
    move = home(answer).yours[0]
    assert (move.text, move.page, move.value) == (
        "Finish the brief and ask for a mandate",
        "desk:brief",
        None,
    )
    assert move.wanted == "wanted signature 29 June"
    assert "1 waits for you, 0 with room to negotiate, 0 with us." in spaced(answer)


def test_what_is_in_review_is_with_us(cast, request_, see):
    answer = see(cast.maya, THURSDAY - timedelta(days=7))
    assert turns(answer) == {"yours": [], "negotiate": [], "ours": [("D-1284", "In review")]}
    move = home(answer).ours[0]
    assert move.text == "Finance Director, Legal Counsel and Delivery Manager look at it"
    assert move.small == "Expect it by Mon 8 June, 11:30."
    assert (move.clock.due, move.value) == ("Mon 8 June, 11:30", D("1924560"))


def test_asked_changes_are_the_sellers_move_with_the_words(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        rule(
            step_of(request_, "legal"),
            cast.tomas,
            Decision.Verdict.CHANGES,
            reason="Name the sub-processors.",
        )
    answer = see(cast.maya)
    assert turns(answer) == {"yours": [("D-1284", "Changes asked")], "negotiate": [], "ours": []}
    move = home(answer).yours[0]
    assert move.text == "Tomás Rivera asks for changes: “Name the sub-processors.”"
    assert (move.clock.paused, move.clock.due) == ("With you", "since Thu 4 June, 11:30")


def test_a_declined_request_says_why(cast, request_, see):
    with time_machine.travel(THURSDAY - timedelta(days=7), tick=False):
        rule(step_of(request_, "legal"), cast.tomas, Decision.Verdict.DECLINE, reason="Not with this law.")
    (move,) = home(see(cast.maya)).yours
    assert (move.state[0], move.small) == ("Declined", "Declined: “Not with this law.”")


def test_a_mandate_says_how_far_and_how_long(cast, granted, see):
    answer = see(cast.maya)
    assert turns(answer) == {"yours": [], "negotiate": [("D-1284", "Mandate active")], "ours": []}
    (move,) = home(answer).negotiate
    assert move.text.replace(SPACE, " ") == "Offer discount up to 20.0 %, payment up to 45 days and 3 more"
    assert (move.validity.last_day, move.validity.days, move.validity.tone) == (date(2026, 8, 3), 53, "")
    assert home(answer).ending == ()


def test_only_what_was_promised_is_good_until_its_day(cast, granted, see):
    with time_machine.travel(datetime(2026, 7, 14, 9, 0, tzinfo=UTC), tick=False):
        sent = offer(granted.deal, by=cast.maya, terms=at_target(granted), good_until=date(2026, 7, 20))
        asked = offer_5(granted)
        offer(granted.deal, by=cast.maya, terms=asked, good_until=date(2026, 7, 24), direction="asked")
    on = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)
    assert f"Offer {sent.number} stays good until Mon 20 July" in spaced(see(cast.maya, on))
    after = spaced(see(cast.maya, on + timedelta(days=1)))
    assert f"Offer {sent.number} was good until Mon 20 July" in after
    assert "stays good" not in after


def test_a_mandate_about_to_end_is_listed_then_warns_then_asks_again(cast, granted, see):
    def at(day: int, month: int):
        return see(cast.maya, datetime(2026, month, day, 9, 0, tzinfo=UTC))

    assert [move.validity.days for move in home(at(13, 7)).ending] == [21]
    assert home(at(12, 7)).ending == ()
    assert [move.validity.tone for move in home(at(31, 7)).ending] == ["warn"]
    last = at(3, 8)
    assert [move.validity.days for move in home(last).ending] == [0]
    assert "Last day" in spaced(last)
    (move,) = home(at(4, 8)).yours
    assert (move.state[0], move.word) == ("Ran out", "Renew")
    assert move.text == "The mandate ended with Mon 3 August: ask again"


LEFT = D("164879.99")  # 1,924,560.00 at target, 1,759,680.01 at the limits


def test_room_is_from_the_last_offer_inside_to_the_limits(cast, granted, see):
    assert home(see(cast.maya)).room == LEFT
    put(granted.deal, cast, at_target(granted))
    put(granted.deal, cast, offer_5(granted), "asked")
    put(granted.deal, cast, terms_from(json.loads(granted.corner)), "asked")  # inside, but not ours
    assert home(see(cast.maya)).room == LEFT
    assert "€164,880" in spaced(see(cast.maya))


def test_an_offer_outside_says_what_breaks_whose_it_is_and_what_came_after(cast, granted, see):
    deal = granted.deal
    put(deal, cast, offer_5(granted), "asked")
    (out,) = home(see(cast.maya)).outside
    assert out.breaks.replace(SPACE, " ") == "Discount 22.5 % is 2.5 points over the limit of 20.0 %."
    assert (out.more, out.belongs_to, out.then) == (2, (("Finance Director", 2),), "Nothing since")
    with time_machine.travel(THURSDAY + timedelta(minutes=1), tick=False):
        submit(ask_offer_5(deal, cast), by=cast.maya)
    answer = see(cast.maya, THURSDAY + timedelta(minutes=2))
    assert home(answer).outside[0].then == "Asked for more room: revision 2"
    (move,) = home(answer).negotiate
    assert move.small == "Offer 1 is outside. Finance Director answers revision 2 by tomorrow 15:31."


def test_a_closed_deal_leaves_home(cast, brandt, see):
    with time_machine.travel(THURSDAY, tick=False):
        close(brandt, by=cast.maya, reason="Went elsewhere")
    answer = see(cast.maya)
    assert home(answer).moves == ()
    assert "Ask once, before you talk to the buyer" in spaced(answer)


def test_home_shows_nobody_elses_deals(cast, request_, see):
    for key in ("elena", "arjun"):
        answer = see(getattr(cast, key))
        assert home(answer).moves == ()
        assert "Brandt" not in spaced(answer)


def test_the_desk_sees_what_breaks_what_is_stuck_and_what_ended(cast, granted, see):
    version = granted.version
    breaks = make_deal(cast.maya, "Osprey Freight", "D-2")
    make_request(make_revision(breaks), version, [At("finance", 2, due=H)])
    stuck = make_deal(cast.maya, "Tarn Valley Water", "D-3")
    make_request(make_revision(stuck), version, [At("finance", 3, "unroutable")])
    shown = home(see(cast.ines))
    assert [row.request.deal for group in shown.breaking.groups for row in group.rows] == [breaks]
    assert [row.request.deal for group in shown.nobody.groups for row in group.rows] == [stuck]
    assert [(request.deal.number, request.status) for request in shown.ended] == [("D-1284", "granted")]


def test_whoever_leads_another_region_sees_nothing_of_this_one(cast, granted, see):
    Team.objects.filter(region="Nordics").update(leader=cast.elena)
    answer = see(cast.elena)
    assert home(answer).ended == ()
    assert "Brandt" not in spaced(answer)


def test_without_a_policy_home_says_whom_to_ask(cast, client):
    client.force_login(cast.maya)
    answer = client.get(HOME)
    assert answer.status_code == 409
    assert "Ask the deal desk to publish one." in answer.content.decode()


def queries(client):
    with CaptureQueriesContext(connection) as asked, time_machine.travel(THURSDAY, tick=False):
        assert client.get(HOME).status_code == 200
    return len(asked)


def decided(step, by, verdict="agree", granted="{}"):
    known = {
        "function": step.function,
        "level": step.level,
        "verdict": verdict,
        "reason": "So.",
        "at": THURSDAY,
    }
    seat = step.seats.get()
    return Decision.objects.create(
        step=step, seat=seat, deal=step.deal, by=by, granted=granted, seen="1" * 64, **known
    )


LIMIT = Limit("discount", D("20.0"), "asked", "finance", 2, ("finance",), D("12.5"), D("12.6"), D("20.0"))
FRAME = Frame("A", "Enterprise", "DACH", "New business", "EUR")


def mandate_with_offer(request: Request) -> None:
    """Active, and an offer that breaks it."""
    mandate = Mandate.objects.create(
        deal=request.deal,
        request=request,
        version=request.version,
        number=1,
        limits=canonical.dumps([LIMIT.to_document()]),
        corner="{}",
        net_at_limit=D("1800000"),
        granted_at=THURSDAY - timedelta(days=1),
        expires_at=THURSDAY + timedelta(days=9),
    )
    breach = Breach("discount", D("22.5"), D("20.0"), {"finance": 2}, "Over the limit.")
    Offer.objects.create(
        deal=request.deal,
        mandate=mandate,
        number=1,
        direction="sent",
        document="{}",
        terms_hash="2" * 64,
        measured=canonical.dumps(measured_document(Measured(FRAME, {"discount": D("22.5")}))),
        answer=canonical.dumps(Answer((), (breach,)).to_document()),
        inside=False,
        net=D("1700000"),
        good_until=date(2026, 6, 26),
        by=request.submitted_by,
        at=THURSDAY,
    )


def everything(cast, version, number):
    """In every panel of every home: open, stuck, returned, decided, granted, offered."""
    deal = make_deal(cast.maya, f"Account {number}", f"D-{number}")
    old = make_request(make_revision(deal), version, [At("finance", 2, "agreed")], status="granted")
    decided(old.steps.get(), cast.henrik)
    mandate_with_offer(old)
    steps = (
        At("finance", 2, due=H, people=(cast.henrik,), findings=("margin",)),
        At("finance", 1, "agreed"),
        At("legal", 1, "unroutable"),
        At("operations", 1, "returned"),
    )
    request = make_request(make_revision(deal), version, steps, [finding("margin", "finance", 2, "…")])
    decided(request.steps.get(level=1, function="finance"), cast.henrik)
    decided(request.steps.get(status="returned"), cast.olaf, "changes")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("henrik", REVIEWER_QUERIES),
        ("maya", SELLER_QUERIES),
        ("marcus", LEADER_QUERIES + 1),  # whether they lead a team
        ("ines", LEADER_QUERIES + HEALTH_QUERIES + RATES_QUERIES),
        ("robin", AUDITOR_QUERIES),
    ],
)
def test_one_deal_and_ten_take_the_same_queries(cast, client, key, expected):
    version = make_version(cast.ines, cast.dana)
    client.force_login(getattr(cast, key))
    everything(cast, version, 1)
    one = queries(client)
    for number in range(2, 11):
        everything(cast, version, number)
    assert (one, queries(client)) == (expected, expected)
