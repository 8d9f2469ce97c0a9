from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from approvals.models import Decision, Hold, Question
from base import canonical
from planning.models import Concern
from tests.desk.making import THURSDAY, At, finding, make_deal, make_request, make_revision, make_version

pytestmark = pytest.mark.usefixtures("thursday")

QUEUE = "/queue/"
QUERIES = 21
H = 60
ASKED = canonical.dumps({"names": {"a": {"name": "Site connector"}}, "terms": {"exceptions": [{"key": "x"}]}})


@pytest.fixture
def ask(cast, version):
    """ask(step, …, number=…): a request of Maya's, or of `owner`'s, with these steps."""

    def ask_(*steps, number="D-1284", name="", owner=None, net=("1924560", "1728450"), rate="1", **more):
        deal = make_deal(owner or cast.maya, name or f"Account {number}", number, **more.pop("deal", {}))
        revision = make_revision(deal, net, rate, more.pop("rated", None), more.pop("document", "{}"))
        return make_request(revision, version, steps, **more)

    return ask_


@pytest.fixture
def see(client):
    """see(user, when="today", …): the page as that person gets it."""

    def see_(user, headers=None, **asked):
        client.force_login(user)
        answer = client.get(QUEUE, asked, headers=headers)
        assert answer.status_code == 200
        return answer

    return see_


def rows(answer):
    return [row for group in answer.context["queue"].groups for row in group.rows]


def numbers(answer):
    return [row.request.deal.number for row in rows(answer)]


def groups(answer):
    return [
        (group.name, group.count, [row.request.deal.number for row in group.rows])
        for group in answer.context["queue"].groups
    ]


def cells(answer):
    (row,) = rows(answer)
    return {cell.function: (cell.word, cell.tone, cell.note) for cell in row.cells}


def test_requests_stand_by_when_they_break(cast, ask, see):
    ask(At("finance", 2, due=4 * H), number="D-1")
    ask(At("finance", 2, due=-65), number="D-2")
    ask(At("finance", 2, due=8 * H), number="D-3")
    ask(At("finance", 2, due=25 * H), number="D-4")
    ask(At("legal", 1, "returned"), number="D-5")
    ask(At("legal", 1, "unroutable"), At("finance", 1, "agreed"), number="D-6")
    ask(At("legal", 1, "agreed"), number="D-7")
    assert groups(see(cast.ines)) == [
        ("Nobody to ask", 1, ["D-6"]),
        ("Over", 1, ["D-2"]),
        ("Breaks today", 1, ["D-1"]),
        ("Tomorrow and Monday", 1, ["D-3"]),
        ("Later", 1, ["D-4"]),
        ("With seller or paused", 1, ["D-5"]),
        ("Agreed, held back", 1, ["D-7"]),
    ]


def test_today_ends_at_the_readers_midnight(cast, ask, see):
    ask(At("finance", 2, due=4 * H))  # 15:30 in Berlin, half past ten at night in Tokyo
    ask(At("finance", 2, due=5 * H + 31), number="D-2")  # 17:01 would be past closing: tomorrow 09:01
    cast.ines.timezone = "Asia/Tokyo"
    cast.ines.save()
    answer = see(cast.ines)
    assert groups(answer)[0] == ("Breaks today", 1, ["D-1284"])
    assert rows(answer)[0].clock.due == "today 22:30"
    assert "Thursday 11 June, 18:30" in answer.content.decode()


def test_the_earliest_open_step_is_the_answer_due(cast, ask, see):
    ask(At("legal", 1, due=3 * H), At("finance", 2, due=2 * H), At("operations", 1, "agreed"))
    (row,) = rows(see(cast.ines))
    assert (row.clock.left, row.clock.due, row.clock.allowance) == (2 * H, "today 13:30", 12 * H)


def test_an_overdue_answer_says_by_how_much(cast, ask, see):
    ask(At("finance", 2, due=-65))
    answer = see(cast.ines)
    assert rows(answer)[0].clock.overdue
    assert "Over by 1\xa0h\xa005\xa0m" in answer.content.decode()


def test_each_function_says_who_holds_it(cast, ask, see):
    ask(
        At("finance", 2),
        At("legal", 1, "returned"),
        At("operations", 1, "agreed"),
        At("executive", 1, "planned"),
    )
    assert cells(see(cast.ines)) == {
        "finance": ("Director", "on", ""),
        "legal": ("Changes", "warn", ""),
        "operations": ("Agreed", "ok", ""),
        "executive": ("Waits", "", ""),
    }


def test_a_function_nobody_can_answer_for_says_so(cast, ask, see):
    ask(At("finance", 3, "unroutable"), At("legal", 1, "kept"))
    assert cells(see(cast.ines)) == {
        "finance": ("Nobody to ask", "bad", ""),
        "legal": ("Kept", "", ""),
        "operations": ("", "", ""),
    }


def test_a_climb_shows_the_level_that_has_the_ball(cast, ask, see):
    ask(At("legal", 1, "agreed"), At("legal", 2))
    assert cells(see(cast.ines))["legal"] == ("General Counsel", "on", "")


def test_after_a_hand_over_the_next_level_holds_it(cast, ask, see):
    ask(At("finance", 2, held=3))
    assert cells(see(cast.ines))["finance"] == ("CFO", "on", "moved from Director")


def test_money_is_in_the_companys_currency_at_the_pinned_rate(cast, ask, see):
    ask(At("finance", 2), net=("1000000", "900000"), rate="0.5", deal={"currency": "USD"})
    ask(At("finance", 2), net=("200000", "150000"), number="D-2")
    queue = see(cast.ines).context["queue"]
    assert [(row.worth.value, row.worth.risk) for row in queue.groups[0].rows] == [
        (500000, 50000),
        (200000, 50000),
    ]
    assert (queue.groups[0].value, queue.risk) == (700000, 100000)


def test_euros_dollars_and_pounds_are_summed_in_euros_at_the_rates_of_their_days(cast, ask, see):
    ask(At("finance", 2), net=("1924560", "1728450"), number="D-1")
    dollars = {"deal": {"currency": "USD"}, "rate": "0.9214", "rated": ("2025-11-03", "ECB")}
    ask(At("finance", 2), net=("1000000", "900000"), number="D-2", **dollars)
    pounds = {"deal": {"currency": "GBP"}, "rate": "1.172", "rated": ("2026-05-21", "Treasury")}
    ask(At("finance", 2), net=("500000", "450000"), number="D-3", **pounds)

    answer = see(cast.ines)

    # 1,924,560 + 1,000,000 × 0.9214 + 500,000 × 1.172; at risk 196,110 + 92,140 + 58,600
    queue = answer.context["queue"]
    assert (queue.groups[0].value, queue.risk) == (D("3431960.00"), D("346850.00"))
    assert answer.context["today"].value == D("3431960.00")
    page = answer.content.decode()
    assert "In EUR at the rates of 3 November 2025 to 21 May 2026, pinned when each was asked." in page
    for amount, risk in (("€1.92", "€0.20"), ("$1.00", "$0.10"), ("£0.50", "£0.05")):
        assert f"<b>{amount}\xa0m</b><small>{risk}\xa0m</small>" in page


def test_one_currency_rests_on_no_rate(cast, ask, see):
    ask(At("finance", 2))
    page = see(cast.ines).content.decode()
    assert "€0.20\xa0m in all. In EUR." in page
    assert "rates pinned" not in page


def test_the_margin_is_toned_by_the_level_it_needs(cast, ask, see):
    for level, number in ((1, "D-1"), (2, "D-2"), (3, "D-3")):
        ask(At("finance", level), number=number, findings=[finding("margin", "finance", level, "…")])
    assert [row.margin.tone for row in rows(see(cast.ines))] == ["", "warn", "bad"]


def test_whoever_sees_a_band_sees_no_margin(cast, ask, see):
    request = ask(At("legal", 1), findings=[finding("margin", "finance", 2, "Margin 58.0 %")])
    assign_perm("deals.view_deal", cast.tomas, request.deal)
    assert "58.0" in see(cast.tomas).content.decode()
    make_version(cast.ines, cast.dana, ('legal = "margin"', 'legal = "band"'), number=15)
    page = see(cast.tomas).content.decode()
    assert "D-1284" in page
    assert "Margin range" not in page
    assert "58.0" not in page


FILTERS: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({}, ["D-1", "D-2", "D-3", "D-4"]),
    ({"when": "over"}, ["D-1"]),
    ({"when": "today"}, ["D-2"]),
    ({"when": "nobody"}, ["D-4"]),
    ({"when": "seller"}, ["D-3"]),
    ({"state": "granted"}, ["D-5"]),
    ({"state": "declined"}, ["D-6"]),
    ({"state": "all"}, ["D-1", "D-2", "D-3", "D-4", "D-5", "D-6"]),
    ({"function": "legal"}, ["D-2", "D-4"]),
    ({"level": "legal:1"}, ["D-2"]),
    ({"level": "legal:2"}, ["D-4"]),
    ({"segment": "Mid-market"}, ["D-2"]),
    ({"region": "Nordics"}, ["D-3"]),
    ({"owner": "arjun"}, ["D-2"]),
    ({"q": "osprey"}, ["D-2"]),
    ({"q": "yard MANAGEMENT"}, ["D-3"]),
    ({"q": "d-4"}, ["D-4"]),
    ({"q": "nothing like it"}, []),
    ({"q": "mehta"}, ["D-2"]),
    ({"q": "SITE connector"}, ["D-3"]),
    ({"q": "site_connector"}, []),
    ({"least": "1924560"}, ["D-1", "D-2", "D-4"]),
    ({"most": "1000000"}, ["D-3"]),
    ({"least": "500000", "most": "1000000"}, ["D-3"]),
    ({"least": "500k", "most": "1 m"}, ["D-3"]),
    ({"least": "0,5M", "most": "1000K"}, ["D-3"]),
    ({"waiting": "me"}, ["D-1"]),
    ({"waiting": "tomas"}, ["D-2"]),
    ({"signal": "nobody"}, ["D-4"]),
    ({"signal": "overdue"}, ["D-1"]),
    ({"signal": "near"}, ["D-2"]),
    ({"signal": "unanswered"}, []),
    ({"signal": "held"}, ["D-3"]),
    ({"signal": "exception"}, ["D-3"]),
    ({"signal": "concern"}, ["D-2"]),
    ({"signal": "question"}, ["D-4"]),
    ({"function": "legal", "when": "today"}, ["D-2"]),
    ({"function": "catering", "when": "soon", "owner": "999", "sort": "size"}, ["D-1", "D-2", "D-3", "D-4"]),
)


@pytest.mark.parametrize(("asked", "expected"), FILTERS)
def test_only_what_is_asked_for_is_shown(cast, ask, see, asked, expected):
    ask(At("finance", 2, due=-5, people=(cast.ines,)), number="D-1")
    second = ask(
        At("legal", 1, due=2 * H - 1, people=(cast.tomas,)),
        At("finance", 1, due=3 * H),
        number="D-2",
        name="Osprey Freight",
        owner=cast.arjun,
        deal={"segment": "Mid-market"},
    )
    third = ask(
        At("finance", 2, due=20 * H),
        At("operations", 1, "returned"),
        number="D-3",
        net=("600000", "500000"),
        document=ASKED,
        deal={"title": "Yard management", "region": "Nordics"},
    )
    fourth = ask(At("finance", 2, due=30 * H), At("legal", 2, "unroutable"), number="D-4")
    Hold.objects.create(deal=third.deal, reason="The reference visit.", by=cast.ines, at=THURSDAY)
    Concern.objects.create(deal=second.deal, number=1, text="Late hardware.", by=cast.maya, at=THURSDAY)
    open_question(fourth.steps.get(function="finance"), cast)
    ask(At("legal", 1, "agreed"), number="D-5", status="granted")
    ask(At("legal", 1, "declined"), number="D-6", status="declined")
    named = {name: getattr(cast, word).pk for name, word in asked.items() if hasattr(cast, word)}
    answer = see(cast.ines, **{**asked, **named})
    assert numbers(answer) == expected
    assert len(answer.context["chips"]) == len(answer.context["asked"].keys() - {"when"})


def open_question(step, cast):
    Question.objects.create(
        step=step, deal=step.deal, by=cast.henrik, to=cast.maya, text="Why?", asked_at=THURSDAY
    )


def test_what_the_row_does_not_say_elsewhere_is_a_signal_and_a_concern_is_not_said_twice(cast, ask, see):
    request = ask(At("finance", 2))
    for cause in ("concern:1", ""):
        Hold.objects.create(deal=request.deal, reason="So.", by=cast.ines, at=THURSDAY, cause=cause)
    open_question(request.steps.get(), cast)
    answer = see(cast.ines)
    (row,) = rows(answer)
    assert [signal.word for signal in row.signals] == ["Held", "Question open"]
    assert 'aria-label="and 1 more: Question open">+1</a>' in answer.content.decode()
    Concern.objects.create(deal=request.deal, number=1, text="Late.", by=cast.maya, at=THURSDAY)
    (row,) = rows(see(cast.ines))
    assert [signal.word for signal in row.signals] == ["Concern open", "Question open"]


def test_what_cannot_be_is_left_out_and_said(cast, ask, see):
    ask(At("finance", 2))
    asked = {"function": "catering", "least": "a lot", "level": "finance:99", "columns": "colour"}
    answer = see(cast.ines, **asked)
    assert answer.context["form"].mistakes == [
        "Waits for: “catering” is none of its choices. It was left out.",
        "Level: “finance:99” is none of its choices. It was left out.",
        "Value from: write an amount as in 250000, 250k or 12.5m. It was left out.",
        "Columns: “colour” is none of its choices. It was left out.",
    ]
    assert numbers(answer) == ["D-1284"]
    answer = see(cast.ines, least="20", most="10")
    assert answer.context["form"].mistakes == [
        "Value up to: it is below the amount it begins from. It was left out."
    ]
    for word in ("\0", "9" * 40, "-1", "NaN", "1e400"):
        assert len(see(cast.ines, most=word, owner=word).context["form"].mistakes) == 2


def test_each_filter_that_is_set_can_be_taken_off_alone(cast, ask, see):
    ask(At("finance", 2))
    answer = see(cast.ines, function="finance", least="1000", sort="value")
    assert [(chip.words, chip.address) for chip in answer.context["chips"]] == [
        ("Waits for Finance", "/queue/?least=1000&sort=value"),
        ("Value from 1,000 EUR", "/queue/?function=finance&sort=value"),
    ]


def test_a_head_sorts_and_then_the_other_way_round(cast, ask, see):
    ask(At("finance", 2))
    heads = {head.key: head for head in see(cast.ines, region="DACH").context["heads"]}
    assert heads["value"].address == "/queue/?region=DACH&sort=value"
    assert heads["function"].address == ""
    answer = see(cast.ines, sort="value")
    heads = {head.key: head for head in answer.context["heads"]}
    assert (heads["value"].sorted, heads["value"].address) == ("descending", "/queue/?sort=-value")
    assert (heads["deal"].sorted, heads["deal"].address) == ("", "/queue/?sort=deal")
    assert answer.content.decode().count("aria-sort=") == 1


def test_columns_are_chosen_and_the_usual_ones_leave_the_address_alone(cast, ask, see):
    ask(At("finance", 2))
    usual = ["value", "margin", "functions", "due", "signals"]
    assert see(cast.ines, columns=usual).context["asked"] == {}
    answer = see(cast.ines, columns=["age", "due"])
    assert answer.context["asked"] == {"columns": "due,age"}
    assert [head.name for head in answer.context["heads"]] == ["Deal", "Answer due", "Asked"]
    assert see(cast.ines, columns="due,age").context["asked"] == {"columns": "due,age"}


def test_whoever_sees_a_band_neither_sees_nor_sorts_by_margin(cast, ask, see):
    request = ask(At("legal", 1))
    assign_perm("deals.view_deal", cast.tomas, request.deal)
    make_version(cast.ines, cast.dana, ('legal = "margin"', 'legal = "band"'), number=15)
    answer = see(cast.tomas, columns=["margin", "due"], sort="margin")
    assert answer.context["queue"].columns == ("due",)
    assert answer.context["queue"].sort == ""
    assert "58.0" not in answer.content.decode()


def test_a_request_that_is_over_says_how_and_when(cast, ask, see):
    ask(At("legal", 1, "agreed"), status="granted")
    page = see(cast.ines, state="granted").content.decode()
    assert "Granted</span><small>today 11:30</small>" in page


def test_it_sorts_by_value_and_by_age_without_groups(cast, ask, see):
    ask(At("finance", 2, due=H), number="D-1", net=("100000", "90000"))
    ask(At("finance", 2, due=20 * H), number="D-2", net=("300000", "90000"))
    ask(
        At("legal", 1, "returned"),
        number="D-3",
        net=("200000", "90000"),
        submitted_at=THURSDAY - timedelta(days=9),
    )
    assert groups(see(cast.ines, sort="value")) == [("", 3, ["D-2", "D-3", "D-1"])]
    assert groups(see(cast.ines, sort="-value")) == [("", 3, ["D-1", "D-3", "D-2"])]
    assert groups(see(cast.ines, sort="age")) == [("", 3, ["D-3", "D-1", "D-2"])]
    assert groups(see(cast.ines, sort="-age")) == [("", 3, ["D-1", "D-2", "D-3"])]
    assert groups(see(cast.ines, sort="due")) == [("", 3, ["D-1", "D-2", "D-3"])]
    assert groups(see(cast.ines, sort="-due")) == [("", 3, ["D-2", "D-1", "D-3"])]
    assert groups(see(cast.ines, sort="-deal")) == [("", 3, ["D-3", "D-2", "D-1"])]


def test_a_page_holds_25_and_headings_count_all_pages(cast, ask, see):
    for number in range(1, 28):
        ask(At("finance", 2, due=number), number=f"D-{number}", net=("100000", "90000"))
    first, second = see(cast.ines), see(cast.ines, page="2")
    assert len(numbers(first)) == 25
    assert numbers(second) == ["D-26", "D-27"]
    assert [(group.count, group.value) for group in second.context["queue"].groups] == [(27, 2700000)]
    assert "26 to 27 of 27" in second.content.decode()
    assert numbers(see(cast.ines, page="nine")) == numbers(first)


def test_nothing_shows_that_a_deal_exists_to_whoever_may_not_see_it(cast, ask, see):
    ask(At("finance", 2, due=H), At("legal", 1, "unroutable"), name="Secret Account")
    answer = see(cast.elena, state="all", q="Secret")
    answers = [answer, see(cast.elena), see(cast.elena, when="nobody")]
    for page in answers:
        assert rows(page) == []
        assert "Secret Account" not in page.content.decode().replace('value="Secret"', "")
        assert "D-1284" not in page.content.decode()
        assert "Maya Okafor" not in page.content.decode()
        assert [view.count for view in page.context["views"]] == [0] * 6
        assert page.context["today"].value == 0
        assert page.context["today"].hours is None
        assert page.context["nav"].get("queue") == 0


def test_the_strip_counts_each_value_once_with_whoever_must_answer_first(cast, ask, see):
    ask(At("finance", 2, due=5 * H), At("legal", 1, due=H), number="D-1", net=("300000", "250000"))
    ask(At("finance", 2, due=20 * H), number="D-2", net=("200000", "150000"))
    ask(At("finance", 2, "returned"), number="D-3", net=("100000", "50000"))
    ask(At("finance", 2, "agreed"), number="D-4", net=("900000", "50000"), status="granted")
    ask(At("finance", 2, due=-H), number="D-5", net=("50000", "40000"))
    answer = see(cast.ines, function="legal")
    assert [(view.key, view.count, view.whole) for view in answer.context["views"]][:3] == [
        ("", 1, 4),
        ("over", 0, 1),
        ("today", 1, 1),
    ]
    assert "11:30. 1 of 4 open requests" in answer.content.decode()
    today = answer.context["today"]
    assert (today.open, today.value, today.breaking_value) == (4, 650000, 350000)
    assert today.breaks == "1 overdue, 1 due until midnight"
    assert [(words, weight) for words, _, weight in today.waiting] == [
        ("Finance €0.25\xa0m", 250000),
        ("Legal €0.30\xa0m", 300000),
        ("Seller €0.10\xa0m", 100000),
    ]
    assert today.hours.sentence == "Deadlines today: 10:30, 12:30. It is 11:30."
    assert [(mark.x, mark.tone) for mark in today.hours.marks] == [("16.67%", "bad"), ("38.89%", "warn")]
    assert (today.hours.anchor, today.hours.first, today.hours.last) == ("middle", "09:00", "18:00")


def test_the_word_now_covers_no_hour(cast, ask, see):
    ask(At("finance", 2, due=15), number="D-1")
    with time_machine.travel(THURSDAY - timedelta(minutes=135), tick=False):
        early = see(cast.ines).context["today"].hours
    with time_machine.travel(THURSDAY + timedelta(hours=6), tick=False):
        late = see(cast.ines).context["today"].hours
    assert (early.anchor, early.first, early.last) == ("start", "", "18:00")
    assert (late.anchor, late.first, late.last) == ("end", "09:00", "")


def answer(step, by, minutes):
    """`by` agreed, this many working minutes after the step opened this morning at nine."""
    opened = THURSDAY - timedelta(minutes=150)
    step.opened_at = opened
    step.save()
    known = {"function": step.function, "level": step.level, "verdict": "agree", "seen": "1" * 64}
    seat = step.seats.get()
    at = opened + timedelta(minutes=minutes)
    return Decision.objects.create(step=step, seat=seat, deal=step.deal, by=by, at=at, **known)


def test_the_time_to_answer_is_of_real_answers_in_working_hours(cast, ask, see):
    for place, minutes in enumerate((10, 20, 30, 40, 600), start=1):
        request = ask(At("finance", 2, "agreed"), number=f"D-{place}", status="granted")
        answer(request.steps.get(), cast.henrik, minutes)
    (cycle,) = see(cast.ines).context["today"].cycles
    assert (cycle.name, cycle.minutes, cycle.answers) == ("Finance", 40, 5)
    assert see(cast.elena).context["today"].cycles == ()


def test_fewer_than_five_answers_say_nothing(cast, ask, see):
    for place in range(4):
        request = ask(At("finance", 2, "agreed"), number=f"D-{place}", status="granted")
        answer(request.steps.get(), cast.henrik, 10)
    assert see(cast.ines).context["today"].cycles == ()


def test_htmx_gets_the_table_alone_and_the_address_of_what_it_asked(cast, ask, see):
    ask(At("finance", 2))
    answer = see(cast.ines, headers={"HX-Request": "true"}, when="today", q="", state="", owner="")
    assert answer.headers["HX-Push-Url"] == "/queue/?when=today"
    assert "HX-Request" in answer.headers["Vary"]
    page = answer.content.decode()
    assert page.strip().startswith('<section class="panel" id="rows"')
    assert "<nav" not in page


def test_an_empty_queue_says_what_will_come(cast, version, see):
    assert "Nothing is in review" in see(cast.ines).content.decode()
    assert "Nothing of that kind" in see(cast.ines, when="today").content.decode()


def test_the_queue_only_reads(cast, version, client):
    client.force_login(cast.ines)
    assert client.post(QUEUE).status_code == 405


def test_a_stranger_signs_in_first(client, version):
    assert client.get(QUEUE).headers["Location"] == "/accounts/login/?next=/queue/"


def queries(client):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(QUEUE).status_code == 200
    return len(asked)


def everything(ask, cast, number):
    decided = [finding("margin", "finance", 2, "…")]
    ask(
        At("finance", 2),
        At("legal", 1, "returned"),
        At("executive", 1, "planned"),
        number=number,
        findings=decided,
    )


def test_one_row_and_ten_take_the_same_queries(cast, ask, client):
    client.force_login(cast.marcus)
    everything(ask, cast, "D-1")
    one = queries(client)
    for number in range(2, 11):
        everything(ask, cast, f"D-{number}")
    assert (one, queries(client)) == (QUERIES, QUERIES)
