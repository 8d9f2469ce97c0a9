"""The queue as a file says what its pages show: no row, column or figure more."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from desk.csv_file import plain
from tests.desk.making import At, make_deal, make_request, make_revision, make_version

pytestmark = pytest.mark.usefixtures("thursday")

FILE = "/queue.csv"
DEAL = ["Account", "Number", "Revision", "Deal", "Seller", "State"]
VALUE = ["Currency", "Value at target", "At risk", "Value at target, EUR", "At risk, EUR"]


@pytest.fixture
def ask(cast, version):
    def ask_(*steps, number="D-1", name="", owner=None, net=("300000", "250000")):
        deal = make_deal(owner or cast.maya, name or f"Account {number}", number)
        return make_request(make_revision(deal, net), version, steps)

    return ask_


@pytest.fixture
def read(client):
    def read_(user, **asked):
        client.force_login(user)
        answer = client.get(FILE, asked)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="queue-2026-06-11-1130.csv"'
        return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))

    return read_


def test_it_says_what_the_page_says(cast, ask, read):
    ask(At("finance", 2, due=60), At("legal", 1, "returned"))
    head, row = read(cast.ines)
    assert head == [
        *DEAL,
        *VALUE,
        *("Margin at target, %", "Margin at walk-away, %"),
        *("Finance", "Legal", "Operations", "Executive", "Answer due", "Left", "Signals"),
    ]
    assert row == [
        *("Account D-1", "D-1", "1", "Warehouse control, 3 sites", "Maya Okafor", "In review"),
        *("EUR", "300000.00", "50000.00", "300000.00", "50000.00", "62.7", "58.0"),
        *("Director", "Changes", "", "", "2026-06-11 12:30", "1\xa0h left", ""),
    ]


def test_filters_sort_and_columns_are_those_of_the_page_and_all_pages_are_in_it(cast, ask, read):
    for number in range(1, 31):
        ask(At("finance", 2, due=number), number=f"D-{number}", net=(str(1000 * number), "500"))
    head, *rows = read(cast.ines, sort="value", least="5000", columns="value")
    assert head == [*DEAL, *VALUE]
    assert [row[1] for row in rows] == [f"D-{number}" for number in range(30, 4, -1)]


def test_amounts_stand_in_their_own_currency_and_in_the_companys(cast, version, read):
    deal = make_deal(cast.maya, "Region Västmark", "D-7", currency="SEK")
    rated = make_revision(deal, ("1000000", "900000"), rate="0.0893", rated=("2026-06-10", "ECB"))
    make_request(rated, version, [At("finance", 2)])
    _, row = read(cast.ines, columns="value")
    assert row[6:] == ["SEK", "1000000.00", "100000.00", "89300.00", "8930.00"]


def test_what_a_spreadsheet_would_take_for_a_formula_is_text(cast, ask, read):
    ask(At("finance", 2), name='=HYPERLINK("http://x")')
    ask(At("finance", 2), number="D-2", name="@SUM(A1)")
    assert sorted(row[0] for row in read(cast.ines)[1:]) == ['\'=HYPERLINK("http://x")', "'@SUM(A1)"]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_whatever_may_begin_a_formula_begins_a_text(begins: str) -> None:
    assert plain(f"{begins}1+1") == f"'{begins}1+1"
    assert plain(f"1{begins}1") == f"1{begins}1"


def test_nobody_reads_a_deal_or_a_margin_that_the_page_keeps_from_them(cast, ask, read):
    request = ask(At("legal", 1))
    ask(At("legal", 1), number="D-2", name="Secret")
    assert read(cast.elena) == [read(cast.ines)[0]]
    make_version(cast.ines, cast.dana, ('legal = "margin"', 'legal = "band"'), number=15)
    assign_perm("deals.view_deal", cast.tomas, request.deal)
    head, row = read(cast.tomas, columns="margin,value")
    assert head == [*DEAL, *VALUE]
    assert row[1] == "D-1"
    assert "58.0" not in row


def test_a_chunk_takes_the_same_queries_whatever_it_holds(cast, ask, client, monkeypatch):
    monkeypatch.setattr("desk.queue_file.CHUNK", 5)
    client.force_login(cast.ines)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            b"".join(client.get(FILE).streaming_content)
        return len(asked)

    ask(At("finance", 2))
    one = queries()
    for number in range(2, 6):
        ask(At("finance", 2), number=f"D-{number}")
    assert queries() == one
    for number in range(6, 16):
        ask(At("finance", 2), number=f"D-{number}")
    assert queries() == one + 2 * 3  # steps, policies and holds of each chunk more
