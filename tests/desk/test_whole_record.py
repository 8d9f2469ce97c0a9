"""The record of everything: every stream in words, a page at a time, at the same price however long it is."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.absence import Window, set_absence
from approvals.models import Mandate
from base import clock
from base.format import SPACE
from desk import said_beside_deals, words
from desk.profile import set_own
from guardrails.appoint import appoint, end
from ledger.models import Event
from ledger.record import append
from tests.cast import Cast
from tests.desk.offering import offer_inside
from tests.desk.test_words import calls
from tests.guardrails.quarter_ends import begin_quarter_end

PAGE = "/record/"
ROW = re.compile(r'<tr class="hit( here)?" id="e-([\w-]+)">')


@pytest.fixture
def robin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.robin)
    return client


def read(client: Client, **asked: str) -> str:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace(SPACE, " ").split())


def rows(text: str) -> list[str]:
    return [key for _, key in ROW.findall(text)]


def many(count: int, kind: str = "hours_changed", by: Any = None) -> None:
    """One a minute, since some time ago: nothing but entries."""
    at = clock.now() - timedelta(days=30)
    body = '{"function":"legal","schema":1}'
    made = [
        Event(stream="people", kind=kind, at=at + timedelta(minutes=n), actor=by, body=body)
        for n in range(count)
    ]
    append(made)


def test_what_happened_beside_deals_is_told_in_words(granted: Mandate, cast: Cast, robin: Client) -> None:
    today = clock.today()
    given = appoint(cast.priya, "finance", 3, "DACH", today - timedelta(days=3), by=cast.ines)
    end(given, today + timedelta(days=1), by=cast.ines)
    begin_quarter_end(cast.ines)
    set_absence(
        cast.lena, Window(clock.now(), clock.now() + timedelta(days=2)), by=cast.lena, delegate=cast.priya
    )
    set_own(cast.maya, {"theme": "dark", "timezone": "Europe/Rome"}, at=clock.now())

    text = read(robin)

    for said in (
        "<b>Ines Carvalho</b> gave Priya Raman authority: CFO.<small>DACH, since",
        "<b>Ines Carvalho</b> ended the authority of Priya Raman: CFO.<small>DACH, since",
        "<b>Ines Carvalho</b> switched “Q3 close” on: Legal 50 % of the usual time,",
        "<b>Lena Vogt</b> set Lena Vogt away from",
        "<small>Priya Raman stands in.",
        "<b>Maya Okafor</b> changed their profile: light or dark and time zone.",
        "<b>Henrik Sørensen</b> agreed up to 20.0 % and 45 days, if invoiced yearly, Finance Director.",
        "<small>Brandt Logistik AG · ",
    ):
        assert said in text, said
    ours = read(robin, kind="authority", who=str(cast.ines.pk), since=str(today - timedelta(days=1)))
    assert len(rows(ours)) == 2
    assert rows(read(robin, kind="authority", who=str(cast.robin.pk))) == []


def test_every_kind_that_is_recorded_beside_deals_has_a_sentence() -> None:
    kinds = {str(call.args[1].value) for call in calls("record") if getattr(call.args[1:2], "__len__", None)
             and call.args[1:] and hasattr(call.args[1], "value")}  # fmt: skip
    assert kinds - words.SENTENCES.keys() - said_beside_deals.SENTENCES.keys() == set()


def test_pages_go_on_by_place_and_each_entry_has_an_address(cast: Cast, robin: Client, granted: Any) -> None:
    many(120)
    first = read(robin, kind="hours")
    older = re.search(r'rel="next" href="\?kind=hours&amp;older=([\w%.]+)"', first)
    assert older and older[1] == "people.71" and len(rows(first)) == 50
    second = read(robin, kind="hours", older="people.71")
    assert rows(second) == [f"people-{n}" for n in range(70, 20, -1)]
    assert rows(read(robin, kind="hours", newer="people.70")) == rows(first)
    assert rows(read(robin, kind="hours", older="people.21")) == [f"people-{n}" for n in range(20, 0, -1)]
    marked = read(robin, kind="hours", entry="people.90")
    assert ROW.findall(marked)[:2] == [(" here", "people-90"), ("", "people-89")]
    for nonsense in ("people", "people.0", "x.y", "people.99999999999"):
        assert rows(read(robin, kind="hours", entry=nonsense)) == rows(first)


def test_a_page_asks_as_often_for_one_deal_as_for_many_entries(
    granted: Mandate, cast: Cast, robin: Client, django_assert_num_queries: Any
) -> None:
    read(robin)
    with CaptureQueriesContext(connection) as captured:
        read(robin)
    many(30, by=cast.ines)
    for _ in range(5):
        offer_inside(granted, cast)
    appoint(cast.priya, "finance", 3, "", clock.today(), by=cast.ines)
    with django_assert_num_queries(len(captured)):
        read(robin)


@pytest.mark.parametrize("asked", [{}, {"kind": "step"}, {"who": "0"}, {"kind": "policy", "who": "1"}])
def test_no_filter_reads_the_whole_ledger(asked: dict[str, str], cast: Cast, robin: Client) -> None:
    many(3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_event")
    with CaptureQueriesContext(connection) as captured:
        robin.get(PAGE, {**asked, "until": str(clock.today())})
    query = next(one["sql"] for one in captured if "LIMIT 51" in one["sql"] and "ledger_event" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan and "Index" in plan, plan


def test_what_is_filtered_is_a_file_up_to_a_bound(
    granted: Mandate, cast: Cast, robin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(12)
    monkeypatch.setattr("desk.whole_record.CHUNK", 5)

    def taken(**asked: str) -> list[list[str]]:
        answer: Any = robin.get("/record.csv", asked)
        return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))

    head, *lines = taken(kind="hours")
    assert head[:3] == ["Of", "Account", "No."]
    assert [line[2] for line in lines] == [str(n) for n in range(12, 0, -1)]
    assert lines[0][5:8] == ["The system", "", "changed the working hours of Legal."]
    assert taken(kind="decision")[1][:2] == ["D-1284", "Brandt Logistik AG"]
    cast.robin.locale = "de"
    cast.robin.save()
    assert f"20,0{SPACE}%" in taken(kind="decision", who=str(cast.henrik.pk))[1][7]
    monkeypatch.setattr("desk.whole_record.MOST", 7)
    assert len(taken(kind="hours")) == 8


def test_others_are_told_where_the_record_of_their_deals_is(cast: Cast, client: Client, granted: Any) -> None:
    client.force_login(cast.maya)
    answer = client.get(PAGE)
    assert answer.status_code == 403
    assert "Each deal that you may see has a record of its own." in answer.content.decode()
    assert 'href="/record/"' not in client.get("/").content.decode()
