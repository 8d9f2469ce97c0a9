from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Closing
from deals.share import share
from tests.desk.making import THURSDAY, At, finding, make_deal, make_request, make_revision

pytestmark = pytest.mark.usefixtures("thursday", "version")

DEALS, REVIEWS = "/deals/", "/reviews/"
DEALS_QUERIES = 20
REVIEWS_QUERIES = 11
H = 60


@pytest.fixture
def see(client):
    def see_(user, path, **asked):
        client.force_login(user)
        answer = client.get(path, asked)
        assert answer.status_code == 200
        return answer

    return see_


def closed(deal, by, won=False, inside=None, at=THURSDAY):
    deal.status, deal.closed_at = ("won" if won else "lost"), at
    deal.signed, deal.signed_at = ("{}", at.date()) if won else ("", None)
    deal.save()
    Closing.objects.create(deal=deal, won=won, inside=inside, by=by, at=at)
    return deal


def opened(answer):
    return [(move.deal.number, move.state[0]) for move in answer.context["open"]]


def test_open_deals_stand_by_what_is_to_be_done(cast, version, see):
    review = make_deal(cast.maya, "A", "D-1")
    make_request(make_revision(review), version, [At("finance", 2), At("executive", 1, "planned")])
    make_deal(cast.maya, "B", "D-2")
    declined = make_deal(cast.maya, "C", "D-3")
    make_request(make_revision(declined), version, status="declined", ended_reason="Too long")
    withdrawn = make_deal(cast.maya, "D", "D-4")
    make_request(make_revision(withdrawn), version, status="recalled")
    stuck = make_deal(cast.maya, "E", "D-5")
    make_request(make_revision(stuck), version, [At("finance", 3, "unroutable"), At("legal", 1, "agreed")])
    answer = see(cast.maya, DEALS)
    assert opened(answer) == [
        ("D-2", "Draft"),
        ("D-3", "Declined"),
        ("D-4", "Withdrawn"),
        ("D-1", "In review"),
        ("D-5", "In review"),
    ]
    assert answer.context["open"][-2].small == "Expect it by Wed 17 June, 15:30."
    assert answer.context["open"][-1].text == "Nobody to ask for CFO; Legal agreed"
    assert answer.context["open"][-1].clock.paused == "Nobody to ask"
    assert answer.context["nav"].get("deals") == 5


def test_deals_one_works_on_are_there_and_deals_one_may_look_at_are_not(cast, see):
    share(make_deal(cast.maya, "A", "D-1"), with_=cast.arjun, role="team", by=cast.maya, at=THURSDAY)
    share(make_deal(cast.maya, "B", "D-2"), with_=cast.arjun, role="viewer", by=cast.maya, at=THURSDAY)
    assert opened(see(cast.arjun, DEALS)) == [("D-1", "Draft")]
    assert "Maya Okafor" in see(cast.arjun, DEALS).content.decode()
    assert opened(see(cast.elena, DEALS)) == []


def test_who_leads_teams_reads_their_deals_by_seller(cast, version, see):
    for owner, number in ((cast.maya, "D-1"), (cast.arjun, "D-2"), (cast.maya, "D-3"), (cast.elena, "D-4")):
        deal = make_deal(owner, f"Account {number}", number)
        make_request(make_revision(deal), version, [At("finance", 2)])
    closed(make_deal(cast.arjun, "Over", "D-5"), cast.arjun)
    answer = see(cast.marcus, DEALS)
    parts = answer.context["parts"]
    assert [(part.seller.name, part.count, int(part.value)) for part in parts] == [
        ("Arjun Mehta", 1, 1924560),
        ("Maya Okafor", 2, 3849120),
    ]
    assert [move.deal.number for part in parts for move in part.moves] == ["D-2", "D-1", "D-3"]
    assert [deal.number for deal in answer.context["closed"]] == ["D-5"]
    page = answer.content.decode()
    assert page.count("My teams\u2019 deals") == 3  # title, heading, navigation
    assert answer.context["nav"].get("deals") == 3
    assert [part.seller for part in see(cast.marcus, f"{DEALS}?sort=deal").context["parts"]] == [None]


def test_closed_deals_say_how_they_ended_the_latest_first(cast, see):
    closed(make_deal(cast.maya, "A", "D-1"), cast.maya, at=THURSDAY - timedelta(days=1))
    closed(
        make_deal(cast.maya, "B", "D-2"), cast.maya, won=True, inside=True, at=THURSDAY - timedelta(days=2)
    )
    closed(make_deal(cast.maya, "C", "D-3"), cast.maya, won=True, inside=False)
    answer = see(cast.maya, DEALS)
    assert [deal.number for deal in answer.context["closed"]] == ["D-3", "D-1", "D-2"]
    page = answer.content.decode()
    assert page.index("Outside a mandate") < page.index("Lost") < page.index("Inside the mandate")
    assert answer.context["nav"].get("deals") == 0
    assert "Nothing open, 3 closed." in page


def test_a_new_seller_reads_how_it_begins(cast, see):
    assert "Ask once, before you talk to the buyer" in see(cast.elena, DEALS).content.decode()


def test_who_does_not_sell_is_not_asked_for_a_brief(cast, see):
    page = see(cast.robin, DEALS).content.decode()
    assert "No deals of yours" in page
    assert "New brief" not in page
    for key in ("elena", "ines"):
        assert "New brief" in see(getattr(cast, key), DEALS).content.decode()


def test_reviews_stand_in_the_order_of_their_deadline(cast, version, see):
    for number, due in (("D-1", 5 * H), ("D-2", -30), ("D-3", 2 * H)):
        revision = make_revision(make_deal(cast.maya, f"Account {number}", number), ("100000", "90000"))
        make_request(revision, version, [At("finance", 2, due=due, people=(cast.henrik,))])
    answer = see(cast.henrik, REVIEWS)
    assert [review.deal.number for review in answer.context["reviews"]] == ["D-2", "D-3", "D-1"]
    assert "3 wait for you, worth €0.30\xa0m." in answer.content.decode()
    assert answer.context["nav"].get("reviews") == 3


def test_only_open_assignments_are_ones_reviews(cast, version, see):
    request = make_request(
        make_revision(make_deal(cast.maya)),
        version,
        [At("finance", 2, people=(cast.henrik, cast.dana)), At("legal", 1, "agreed", people=(cast.tomas,))],
    )
    request.steps.get(function="finance").assignments.filter(user=cast.dana).update(ended_at=THURSDAY)
    assert len(see(cast.henrik, REVIEWS).context["reviews"]) == 1
    for other in (cast.dana, cast.tomas, cast.priya):
        answer = see(other, REVIEWS)
        assert list(answer.context["reviews"]) == []
        assert "Brandt" not in answer.content.decode()


def test_without_reviews_the_page_says_when_one_comes(cast, see):
    assert "when a deal needs your level" in see(cast.henrik, REVIEWS).content.decode()


def numbers(rows):
    return [getattr(row, "deal", row).number for row in rows]


@pytest.fixture
def three(cast, version):
    """Three deals of Maya's in review with Henrik, and three that are closed."""
    for at, (name, net, due) in enumerate(
        (("Zeta", "300000", 5), ("alpha", "100000", 2), ("Mu", "200000", 9))
    ):
        deal = make_deal(cast.maya, name, f"D-{at}", title=f"Site {at}")
        request = make_revision(deal, (net, "90000"))
        make_request(request, version, [At("finance", 2, due=due * H, people=(cast.henrik,))])
        ended = make_deal(cast.maya, name, f"C-{at}", title=f"Old site {at}")
        closed(ended, cast.maya, at=THURSDAY - timedelta(days=at))


@pytest.mark.parametrize(
    ("sort", "open_", "over"),
    [
        ("", ["D-0", "D-1", "D-2"], ["C-0", "C-1", "C-2"]),
        ("deal", ["D-1", "D-2", "D-0"], ["C-1", "C-2", "C-0"]),
        ("-deal", ["D-0", "D-2", "D-1"], ["C-0", "C-2", "C-1"]),
        ("value", ["D-0", "D-2", "D-1"], ["C-0", "C-1", "C-2"]),
        ("-closed", ["D-0", "D-1", "D-2"], ["C-2", "C-1", "C-0"]),
    ],
)
def test_deals_are_sorted_by_their_heads(cast, three, see, sort, open_, over):
    shown = see(cast.maya, DEALS, sort=sort).context
    assert (numbers(shown["open"]), numbers(shown["closed"])) == (open_, over)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["D-1", "D-0", "D-2"]),
        ("-due", ["D-2", "D-0", "D-1"]),
        ("value", ["D-0", "D-2", "D-1"]),
        ("deal", ["D-1", "D-2", "D-0"]),
    ],
)
def test_reviews_are_sorted_by_their_heads(cast, three, see, sort, expected):
    answer = see(cast.henrik, REVIEWS, sort=sort)
    assert numbers(answer.context["reviews"]) == expected
    assert answer.context["first"].deal.number == "D-1"  # reviewing starts with what is due first


def test_lists_find_what_is_written_and_say_when_nothing_fits(cast, three, see):
    shown = see(cast.maya, DEALS, q="alPHA").context
    assert (numbers(shown["open"]), numbers(shown["closed"])) == (["D-1"], ["C-1"])
    assert numbers(see(cast.maya, DEALS, q="old site 2").context["closed"]) == ["C-2"]
    assert numbers(see(cast.henrik, REVIEWS, q="D-2").context["reviews"]) == ["D-2"]
    assert numbers(see(cast.henrik, REVIEWS, q="Okafor", sort="deal").context["reviews"]) == [
        "D-1",
        "D-2",
        "D-0",
    ]
    assert "None of your deals mentions" in see(cast.maya, DEALS, q="Brandt").content.decode()
    nothing = see(cast.henrik, REVIEWS, q="Brandt").content.decode()
    assert "None of your reviews mentions this." in nothing
    assert 'value="Brandt"' in nothing


@pytest.mark.parametrize(("key", "path"), [("maya", DEALS), ("henrik", REVIEWS)])
def test_a_sort_there_is_not_is_left_out_and_the_page_says_so(cast, three, see, key, path):
    answer = see(getattr(cast, key), path, sort="margin", q="Mu")
    assert "Sorted by: “margin” is none of its choices. It was left out." in answer.content.decode()
    assert answer.context["word"] == "Mu"


def test_heads_and_pages_keep_what_is_looked_for(cast, version, see):
    for at in range(26):
        deal = make_deal(cast.maya, f"Account {at:02}", f"D-{at:02}")
        make_request(make_revision(deal), version, [At("finance", 2, people=(cast.henrik,))])
        closed(make_deal(cast.maya, f"Account {at:02}", f"C-{at:02}"), cast.maya, at=THURSDAY)
    first = see(cast.maya, DEALS, q="account", sort="deal")
    assert (len(first.context["open"]), len(first.context["closed"])) == (25, 25)
    page = first.content.decode()
    assert "26 open, 26 closed." in page
    assert 'href="/deals/?q=account&amp;sort=-deal"' in page
    assert 'href="?q=account&amp;sort=deal&amp;page=2"' in page
    assert 'href="?q=account&amp;sort=deal&amp;closed=2"' in page
    second = see(cast.maya, DEALS, q="account", sort="deal", page=2, closed=2).context
    assert (numbers(second["open"]), numbers(second["closed"])) == (["D-25"], ["C-25"])
    last = see(cast.henrik, REVIEWS, sort="deal", page=2)
    assert numbers(last.context["reviews"]) == ["D-25"]
    assert "26 wait for you" in last.content.decode()


def queries(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def everything(cast, version, number):
    deal = make_deal(cast.maya, f"Account {number}", f"D-{number}")
    steps = At("finance", 2, people=(cast.henrik,), findings=("margin",)), At("legal", 1, "agreed")
    make_request(make_revision(deal), version, steps, [finding("margin", "finance", 2, "…")])
    closed(make_deal(cast.maya, f"Account {number}", f"C-{number}"), cast.maya, won=True, inside=True)


SAME = [
    (key, f"{path}{asked}", expected)
    for key, path, expected in (("maya", DEALS, DEALS_QUERIES), ("henrik", REVIEWS, REVIEWS_QUERIES))
    for asked in ("", "?q=account&sort=deal", "?sort=-value&page=2&closed=2")
]


@pytest.mark.parametrize(("key", "path", "expected"), SAME)
def test_one_row_and_ten_take_the_same_queries(cast, version, client, key, path, expected):
    client.force_login(getattr(cast, key))
    everything(cast, version, 1)
    one = queries(client, path)
    for number in range(2, 11):
        everything(cast, version, number)
    assert (one, queries(client, path)) == (expected, expected)
