import ast
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.models import Rate
from deals.rate_rules import RateRow
from deals.rates import STREAM, load_rates, set_rate
from desk.currency import STALE
from desk.rates import SENTENCES
from guardrails.models import PolicyVersion
from ledger.models import Event
from tests.cast import Cast
from tests.deals.makers import dollars
from tests.desk.making import make_version

RATES, LOAD = "/rates/", "/rates/load/"
NOON = datetime(2026, 6, 11, 10, tzinfo=UTC)
TODAY = date(2026, 6, 11)
QUERIES = 15
USD = {"currency": "usd", "date": "2026-06-11", "rate": "0,9214", "source": "ECB"}
HEADER = "currency,date,rate,source\n"


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def version(cast: Cast) -> PolicyVersion:
    return make_version(cast.ines, cast.dana)


@pytest.fixture
def desk(client, cast: Cast):
    client.force_login(cast.ines)
    return client


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def load(client, content: str, **more):
    return client.post(LOAD, {"file": SimpleUploadedFile("rates.csv", content.encode()), **more})


def standing() -> list[tuple[str, date, D]]:
    rows = Rate.objects.standing().order_by("currency", "date")
    return list(rows.values_list("currency", "date", "rate"))


def test_a_rate_is_entered_and_said_with_its_direction_source_and_who(desk):
    answer = desk.post(RATES, USD, follow=True)
    page = words(answer)
    assert standing() == [("USD", TODAY, D("0.9214"))]
    assert "1 USD = 0.9214 EUR for 11 Jun is entered. Deals that were asked before keep their rate." in page
    assert "<b>Ines Carvalho</b> entered 1 USD = 0.9214 EUR for 11 Jun (ECB)." in page
    assert "Type 0.9214 for 1 USD = 0.9214 EUR." in page
    (one,) = answer.context["rates"].in_use
    assert (one.currency, one.rate.source, one.age, one.products) == ("USD", "ECB", 0, 0)


def test_the_same_rate_again_says_that_nothing_changed(desk):
    desk.post(RATES, USD)
    page = words(desk.post(RATES, {**USD, "rate": "0.9214", "source": "Bank"}, follow=True))
    assert "1 USD = 0.9214 EUR for 11 Jun was there already (ECB). Nothing changed." in page
    assert Event.objects.of(STREAM).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("currency", "", "This field is required."),
        ("currency", "EUR", "EUR is the company&#x27;s own currency."),
        ("date", "2029-01-01", "Between 1970 and a year from now."),
        ("rate", "x", "Type a number, like 12.5."),
        ("rate", "0", "More than 0, less than 1,000,000,000."),
        ("source", " ", "This field is required."),
    ],
)
def test_a_refused_rate_keeps_what_was_typed(desk, field, typed, said):
    answer = desk.post(RATES, {**USD, field: typed})
    assert answer.status_code == 422
    assert said in words(answer)
    assert answer.context["enter"][field].value() == typed
    assert answer.context["enter"]["source"].value() == ("ECB" if field != "source" else typed)
    assert standing() == []


def test_a_correction_is_asked_about_and_stays_visible(desk, cast):
    desk.post(RATES, USD)
    first = Rate.objects.get()
    answer = desk.post(RATES, {**USD, "rate": "0.9314"})
    page = words(answer)
    assert answer.status_code == 409
    assert "That day has one already: 1 USD = 0.9214 EUR (ECB)." in page
    assert "Entered by Ines Carvalho, today 12:00." in page
    assert f'name="replaces" value="{first.pk}"' in page
    assert standing() == [("USD", TODAY, D("0.9214"))]

    page = words(desk.post(RATES, {**USD, "rate": "0.9314", "replaces": first.pk}, follow=True))
    assert standing() == [("USD", TODAY, D("0.9314"))]
    assert "<s>0.9214</s> (ECB) until today 12:00" in page
    assert "corrected 11 Jun from 0.9214: 1 USD = 0.9314 EUR (ECB)." in page


def test_a_day_that_is_over_keeps_its_rate(desk):
    dollars(TODAY - timedelta(days=1), "0.92")
    answer = desk.post(RATES, {**USD, "date": "2026-06-10"})
    assert answer.status_code == 409
    assert "is the rate of yesterday, and a day that is over keeps its rate. Enter one for today." in words(
        answer
    )
    assert standing() == [("USD", date(2026, 6, 10), D("0.92"))]


def test_a_rate_far_off_is_confirmed_for_exactly_what_was_shown(desk):
    dollars(TODAY - timedelta(days=1), "0.9214")
    answer = desk.post(RATES, {**USD, "rate": "1.0853"})
    assert answer.status_code == 422
    assert "1 USD = 1.0853 EUR looks turned round" in words(answer)
    assert 'name="sure" value="USD 2026-06-11 1.0853"' in words(answer)
    meant = answer.context["enter"].meant

    again = desk.post(RATES, {**USD, "rate": "1.0954", "sure": meant})
    assert again.status_code == 422
    assert again.context["enter"].meant == "USD 2026-06-11 1.0954"
    assert len(standing()) == 1

    assert desk.post(RATES, {**USD, "rate": "1.0853", "sure": meant}).status_code == 302
    assert standing()[1] == ("USD", TODAY, D("1.0853"))


def test_a_correction_far_off_is_asked_about_twice(desk):
    desk.post(RATES, USD)
    replaces = Rate.objects.get().pk
    answer = desk.post(RATES, {**USD, "rate": "9.214", "replaces": replaces})
    assert answer.status_code == 422
    assert f'<input type="hidden" name="replaces" value="{replaces}">' in words(answer)
    sent = {**USD, "rate": "9.214", "replaces": replaces, "sure": answer.context["enter"].meant}
    assert desk.post(RATES, sent).status_code == 302
    assert standing() == [("USD", TODAY, D("9.214"))]


def test_a_file_lands_whole_and_again_changes_nothing(desk):
    content = HEADER + "USD,2026-06-11,0.9214,ECB\nGBP,2026-06-10,1.172,ECB\n"
    page = words(desk.get(load(desk, content).url))
    assert "2 rates are entered." in page
    assert "<b>Ines Carvalho</b> loaded 2 rates from a file: GBP, USD, 10 Jun – 11 Jun." in page
    page = words(desk.get(load(desk, content).url))
    assert "Nothing changed: 2 were there already." in page
    assert standing() == [("GBP", date(2026, 6, 10), D("1.172")), ("USD", TODAY, D("0.9214"))]


def test_a_wrong_row_keeps_the_whole_file_out_and_is_said(desk):
    answer = load(desk, HEADER + "USD,2026-06-11,0.9214,ECB\nGBP,June,1.172,ECB\n")
    page = words(answer)
    assert answer.status_code == 422
    assert "Nothing was entered: 1 row of this file cannot be." in page
    assert [(one.row, one.column, one.value, one.reason) for one in answer.context["load"].first] == [
        (3, "date", "June", "A day, like 2026-11-21.")
    ]
    assert "All rows are entered or none." in page
    assert (standing(), Event.objects.of(STREAM).count()) == ([], 0)


def test_rates_of_a_file_far_off_are_confirmed_for_that_file(desk):
    dollars(TODAY - timedelta(days=1), "0.9214")
    content = HEADER + "USD,2026-06-11,1.0853,ECB\n"
    answer = load(desk, content)
    sure = answer.context["load"].print
    assert (answer.status_code, f'name="sure" value="{sure}"' in words(answer)) == (422, True)
    assert load(desk, content + "USD,2026-06-12,9,ECB\n", sure=sure).status_code == 422
    assert len(standing()) == 1
    assert load(desk, content, sure=sure).status_code == 302
    assert len(standing()) == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "Choose a file."), ({"file": SimpleUploadedFile("empty.csv", b"")}, "This file is empty.")],
)
def test_no_file_and_an_empty_one_are_refused(desk, sent, said):
    answer = desk.post(LOAD, sent)
    assert (answer.status_code, said in words(answer)) == (422, True)


def test_a_file_that_is_too_large_is_refused(desk, monkeypatch):
    monkeypatch.setattr("desk.forms.rates.MOST_MB", 0)
    answer = load(desk, HEADER)
    assert (answer.status_code, "At most 0 MB: split the file." in words(answer)) == (422, True)


def test_only_the_desk_enters_and_everybody_looks(client, cast):
    dollars(TODAY, "0.9214")
    for who in (cast.henrik, cast.robin, cast.maya):
        client.force_login(who)
        page = words(client.get(RATES))
        assert "1 USD = 0.9214 EUR" in page
        assert "Enter a rate" not in page and "Load a file" not in page
        assert client.post(RATES, USD).status_code == 403
        assert load(client, HEADER).status_code == 403
    assert 'href="/rates/"' not in words(client.get("/"))
    assert standing() == [("USD", TODAY, D("0.9214"))]


@pytest.mark.parametrize(("age", "stale"), [(STALE, False), (STALE + 1, True)])
def test_a_rate_is_old_after_a_week(desk, age, stale):
    dollars(TODAY - timedelta(days=age), "0.9214")
    answer = desk.get(RATES)
    assert [one.stale for one in answer.context["rates"].in_use] == [stale]
    assert (f"{age} days old" in words(answer)) is stale


def test_rates_are_listed_newest_first_and_by_currency(desk, cast):
    rows = "".join(
        f"{one},2026-06-{day:02},{rate},ECB\n"
        for day in (9, 10)
        for one, rate in (("USD", 0.92), ("GBP", 1.17))
    )
    load_rates((HEADER + rows).encode(), by=cast.ines)
    listed = [(row.rate.currency, row.rate.date.day) for row in desk.get(RATES).context["rates"].rows]
    assert listed == [("GBP", 10), ("USD", 10), ("GBP", 9), ("USD", 9)]
    chosen = desk.get(RATES, {"currency": "USD"}).context["rates"]
    assert [(row.rate.currency, row.rate.date.day) for row in chosen.rows] == [("USD", 10), ("USD", 9)]
    assert desk.get(RATES, {"currency": "XXX"}).context["rates"].page.paginator.count == 4


def queries(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(RATES).status_code == 200
    return len(captured)


def test_one_rate_and_ten_take_the_same_queries(desk, cast):
    def enter(days: range) -> None:
        for day in days:
            row = RateRow("USD", TODAY - timedelta(days=day), D("0.92") + D(day) / 1000, "ECB")
            set_rate(row, by=cast.ines)

    enter(range(1))
    one = queries(desk)
    enter(range(1, 10))
    assert (one, queries(desk)) == (QUERIES, QUERIES)


def test_every_kind_that_is_recorded_of_rates_has_a_sentence():
    tree = ast.parse((Path(__file__).parents[2] / "deals" / "rates.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    kinds = {ast.literal_eval(one.args[1]) for one in calls if getattr(one.func, "id", "") == "record"}
    assert kinds == set(SENTENCES)
