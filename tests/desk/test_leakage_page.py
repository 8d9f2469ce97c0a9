from datetime import date, datetime
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from approvals.close import close
from approvals.models import Closing, Mandate
from base.format import SPACE
from insights.models import Leak
from ledger.follow import catch_up
from tests.desk.making import THURSDAY, make_deal, make_request, make_revision, make_version

PAGE = "/insights/leakage/"
QUERIES = 16


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def version(cast):
    return make_version(cast.ines, cast.dana)


@pytest.fixture
def won(cast, version):
    """won("D-1", "900000"): signed by Maya or `owner`; 1.2 m at list, 1 m at target, 0.8 m at the limit."""

    def won_(number, signed="900000", owner=None, inside=True, on="2026-05-20", compared=True, **more):
        owner = owner or cast.maya
        known = {"status": "won", "signed_at": date.fromisoformat(on), "closed_at": THURSDAY}
        deal = make_deal(owner, f"Account {number}", number, **known, **more.pop("deal", {}))
        mandate = make_mandate(deal, version) if compared else None
        Closing.objects.create(deal=deal, won=True, mandate=mandate, by=owner, at=THURSDAY, inside=inside)
        nets = {"target": D("1000000"), "walk_away": D("750000"), "limit": D("800000")} if compared else {}
        known = {"rate": D(1), "segment": deal.segment, "as_asked": True, "list_total": D("1200000"), **nets}
        return Leak.objects.create(
            deal=deal,
            mandate=mandate,
            seller=owner,
            team=owner.team,
            region=deal.region,
            signed_on=date.fromisoformat(on),
            closed_at=THURSDAY,
            inside=inside and compared,
            currency=deal.currency,
            signed=D(signed),
            **{**known, **more},
        )

    return won_


def make_mandate(deal, version):
    request = make_request(make_revision(deal), version, status="granted")
    nets = {
        "net_at_limit": D("800000"),
        "granted_at": THURSDAY,
        "expires_at": datetime(2026, 9, 1, tzinfo=THURSDAY.tzinfo),
    }
    return Mandate.objects.create(
        deal=deal,
        request=request,
        version=version,
        number=1,
        status="ended",
        limits="[]",
        corner="{}",
        **nets,
    )


@pytest.fixture
def see(client):
    def see_(user, **asked):
        client.force_login(user)
        answer = client.get(PAGE, asked)
        assert answer.status_code == 200
        return answer

    return see_


def text(answer):
    return answer.content.decode().replace(SPACE, " ")


def numbers(answer):
    return [row.leak.deal.number for row in answer.context["view"].rows]


def groups(found):
    return [(one.name, one.sums.deals, one.sums.leaked, one.sums.past) for one in found.listed]


def test_it_says_what_was_given_away_of_which_room(cast, won, see):
    won("D-1", "900000")
    won("D-2", "760000", inside=False)
    won("D-3", "1030000")
    answer = see(cast.ines)
    sums = answer.context["view"].sums
    assert (sums.deals, sums.leaked, sums.room, sums.above) == (3, 340000, 600000, 30000)
    assert (sums.past, sums.past_deals, sums.outside) == (40000, 1, 1)
    page = text(answer)
    assert "€0.34 m given away of €0.60 m room; 1 deal past the limit." in page
    assert "3 deals signed 12 June 2025 to 11 June 2026." in page
    assert "57 % of the" in page
    assert "9.4 points" in page
    assert "66.7 %" in page
    assert "2 of 3 deals" in page
    assert "€0.03 m was signed above target." in page


def test_the_worst_stands_first_with_its_own_figures(cast, won, see):
    won("D-1", "950000")
    won("D-2", "760000", inside=False)
    won("D-3", "900000", inside=False)
    won("D-4", "1030000")
    answer = see(cast.ines)
    rows = answer.context["view"].rows
    assert numbers(answer) == ["D-2", "D-3", "D-1", "D-4"]
    assert [(row.given, row.past, row.used) for row in rows] == [
        (240000, 40000, 120),
        (100000, 0, 50),
        (50000, 0, 25),
        (-30000, 0, 0),
    ]
    page = text(answer)
    assert page.count("Past the limit</span><small>€40,000</small>") == 1
    assert page.count("Outside</span><small>not by price</small>") == 1
    assert "−€30,000</span><small>above target</small>" in page
    assert 'aria-label="€0.24 m given away of €0.20 m room, €0.04 m past the limit"' in page


def test_what_the_check_found_inside_is_past_no_limit(cast, won, see):
    won("D-1", "760000", inside=True)
    sums = see(cast.ines).context["view"].sums
    assert (sums.leaked, sums.past, sums.past_deals, sums.outside) == (240000, 0, 0, 0)


def test_bars_share_one_scale_and_mark_what_is_past(cast, won, see):
    won("D-1", "760000", inside=False)
    won("D-2", "900000")
    bars = [row.bar for row in see(cast.ines).context["view"].rows]
    assert [(bar.room, bar.given, bar.past_at, bar.past) for bar in bars] == [
        ("83.33%", "100%", "83.33%", "16.67%"),
        ("83.33%", "41.67%", "", "0%"),
    ]


def test_sellers_and_segments_have_their_sums(cast, won, see):
    won("D-1", "900000")
    won("D-2", "760000", inside=False, owner=cast.elena, deal={"region": "Nordics"})
    won("D-3", "990000", segment="Mid-market")
    view = see(cast.ines).context["view"]
    assert groups(view.sellers) == [("Elena Petrova", 1, 240000, 40000), ("Maya Okafor", 2, 110000, 0)]
    assert groups(view.segments) == [("Enterprise", 2, 340000, 40000), ("Mid-market", 1, 10000, 0)]


def test_two_people_of_one_name_stay_two(cast, won, see):
    cast.arjun.name = cast.maya.name
    cast.arjun.save()
    won("D-1", "900000")
    won("D-2", "950000", owner=cast.arjun)
    assert [one.sums.leaked for one in see(cast.ines).context["view"].sellers.listed] == [100000, 50000]


def test_past_twelve_groups_the_rest_is_one_line(cast, won, see):
    for number in range(14):
        won(f"D-{number}", str(900000 + number * 1000), segment=f"Segment {number:02}")
    answer = see(cast.ines)
    segments = answer.context["view"].segments
    assert [one.name for one in segments.listed] == [f"Segment {number:02}" for number in range(12)]
    assert "And 2 more, €0.18 m given away together." in text(answer)


def test_other_currencies_count_at_their_pinned_rate(cast, won, see):
    won("D-1", "900000", rate=D("0.5"), deal={"currency": "USD"})
    won("D-2", "990000")
    answer = see(cast.ines)
    assert answer.context["view"].sums.leaked == 60000
    assert [row.given for row in answer.context["view"].rows] == [50000, 10000]
    assert "$900,000" in text(answer)


PERIODS = (
    ("", ["D-2", "D-3", "D-4", "D-5"]),
    ("year", ["D-2", "D-3", "D-4", "D-5"]),
    ("quarter", ["D-4", "D-5"]),
    ("last", ["D-3"]),
    ("century", ["D-2", "D-3", "D-4", "D-5"]),
)


@pytest.mark.parametrize(("asked", "expected"), PERIODS)
def test_a_period_holds_what_was_signed_in_it(cast, won, see, asked, expected):
    days = ("2025-06-11", "2025-06-12", "2026-03-31", "2026-04-01", "2026-06-11")
    for place, day in enumerate(days, start=1):
        won(f"D-{place}", str(900000 + place), on=day)
    assert numbers(see(cast.ines, period=asked)) == expected


def test_what_cannot_be_compared_is_counted_apart_and_never_as_zero(cast, won, see):
    won("D-1", "900000")
    won("D-2", "700000", compared=False)
    won("D-3", "700000", compared=False, on="2024-05-20")
    known = {"status": "won", "closed_at": THURSDAY}
    make_deal(cast.maya, "Imported", "D-4", signed_at=date(2026, 5, 1), **known)
    make_deal(cast.maya, "Imported", "D-5", signed_at=date(2024, 5, 1), **known)
    answer = see(cast.ines)
    view = answer.context["view"]
    assert (view.sums.deals, view.sums.leaked, view.sums.outside) == (1, 100000, 0)
    assert (view.uncompared, view.uncompared_words) == (2, "1 won without a mandate and 1 imported")
    assert numbers(answer) == ["D-1"]
    assert [one.sums.deals for one in view.sellers.listed] == [1]
    assert "Not compared: 1 won without a mandate and 1 imported." in text(answer)


def test_without_anything_to_compare_no_zero_is_shown(cast, won, see):
    won("D-1", "700000", compared=False)
    page = text(see(cast.ines))
    assert "Nothing to compare yet" in page
    assert "Not compared: 1 won without a mandate." in page
    assert "given away of" not in page


def test_everyone_sees_the_deals_they_may_see_and_nothing_of_others(cast, won, see):
    won("D-1", "900000")
    won("D-2", "760000", inside=False, owner=cast.elena, deal={"region": "Nordics"})
    won("D-3", "700000", compared=False, owner=cast.elena, deal={"region": "Nordics"})
    make_deal(
        cast.elena,
        "Past",
        "D-4",
        status="won",
        closed_at=THURSDAY,
        signed_at=date(2026, 5, 1),
        region="Nordics",
        team=cast.elena.team,
    )
    assert numbers(see(cast.maya)) == numbers(see(cast.marcus)) == ["D-1"]
    assert numbers(see(cast.elena)) == ["D-2"]
    assert numbers(see(cast.robin)) == numbers(see(cast.ines)) == ["D-2", "D-1"]
    assert numbers(see(cast.henrik)) == []
    page = text(see(cast.maya))
    for secret in ("D-2", "Elena", "0.24", "760,000", "Not compared:", "past the limit:"):
        assert secret not in page
    assert "of those you may see" in page
    assert "of those you may see" not in text(see(cast.ines))
    assert "Nothing to compare yet" in text(see(cast.henrik))


def test_a_reviewer_sees_what_was_shared_with_them(cast, won, see):
    leak = won("D-1", "900000")
    assign_perm("deals.view_deal", cast.henrik, leak.deal)
    assert numbers(see(cast.henrik)) == ["D-1"]


def test_no_cost_and_no_margin_stands_on_the_page(cast, won, see):
    won("D-1", "900000")
    page = text(see(cast.ines)).lower()
    assert "margin" not in page
    assert "62.7" not in page  # the margin at target


def test_a_page_holds_25_deals_and_sums_are_of_all(cast, won, see):
    for number in range(27):
        won(f"D-{number}", str(900000 + number))
    first, second = see(cast.ines), see(cast.ines, page="2")
    assert len(numbers(first)) == 25
    assert numbers(second) == ["D-25", "D-26"]
    assert second.context["view"].sums.deals == 27
    assert "26 to 27 of 27" in text(second)


def test_one_deal_and_thirty_take_the_same_queries(cast, won, client):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    won("D-0")
    client.force_login(cast.marcus)
    one = queries()
    for number in range(1, 30):
        won(f"D-{number}", owner=cast.arjun, segment=f"Segment {number % 5}")
    assert (one, queries()) == (QUERIES, QUERIES)


def test_the_navigation_leads_there(cast, version, see):
    page = text(see(cast.ines))
    assert f'<a href="{PAGE}" aria-current="page">' in page


def test_a_closed_deal_is_there_once_followed(cast, granted, see):
    close(granted.deal, by=cast.maya, signed=granted.request.revision.ask.walk_away)
    assert "Nothing to compare yet" in text(see(cast.maya))
    catch_up()
    assert "€0.20 m given away of €0.16 m room; 1 deal past the limit." in text(see(cast.maya))


def test_where_no_room_was_granted_no_share_of_it_is_shown(cast, won, see):
    won("D-1", "990000", inside=False, limit=D("1000000"))
    page = text(see(cast.ines))
    assert page.count("no room</span>") == 4  # seller, segment, region, deal
    assert "no room was granted" in page
    assert "€0.01 m given away of €0 room; 1 deal past the limit." in page


def test_each_month_of_the_period_is_a_bar_and_a_row_of_the_table(cast, won, client):
    won("D-1", signed="900000", on="2026-04-20")
    won("D-2", signed="700000", inside=False, on="2026-06-03")
    client.force_login(cast.marcus)
    answer = client.get(PAGE, {"period": "quarter"})
    page = answer.content.decode().replace(SPACE, " ")
    months = answer.context["view"].months
    assert months.drawing["labels"] == ["Apr 26", "May 26", "Jun 26"]
    assert [one["data"] for one in months.drawing["series"]] == [[8.3, None, 16.7], [0.0, None, 8.3]]
    assert '<th scope="row">April 2026</th><td class="num">1</td><td class="num">8.3 points</td>' in page
    assert '<th scope="row">May 2026</th><td class="num">0</td><td class="num">–</td>' in page
    assert "most in June 2026, 25.0 points." in page
    assert '<script type="application/json">' not in page
    assert "vendor/chart.umd.min.js" in page


def test_only_where_there_is_something_to_draw_the_drawing_is_loaded(cast, client):
    client.force_login(cast.marcus)
    assert "chart.umd" not in client.get(PAGE).content.decode()
    assert "chart.umd" not in client.get("/queue/").content.decode()
