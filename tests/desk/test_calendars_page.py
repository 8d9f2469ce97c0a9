from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Bulk, Intervention, Step
from approvals.submit import submit
from deals.models import Deal
from ledger.models import Event
from ledger.sweep import sweep
from people.models import FunctionCalendar
from tests.approvals.desk_verbs import MONDAY
from tests.brandt import make_brandt, step_of
from tests.cast import Cast

pytestmark = pytest.mark.http
NOON = datetime(2026, 6, 8, 10, 0, tzinfo=UTC)


@pytest.fixture
def deal(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        deal = make_brandt(cast)
        submit(deal, by=cast.maya)
    return deal


@pytest.fixture
def desk(cast: Cast, client: Client) -> Any:
    client.force_login(cast.ines)
    with time_machine.travel(NOON, tick=False):
        yield client


def typed(**changes: Any) -> dict[str, Any]:
    kept = FunctionCalendar.objects.get(function="finance")
    usual = {
        **{"zone": "Europe/Berlin", "opens": "09:00", "closes": "17:00", "workdays": list("12345")},
        "seen": kept.print,
    }
    return {**usual, **changes}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_hours_are_read_by_function_with_what_they_come_to(desk: Client, deal: Deal) -> None:
    FunctionCalendar.objects.filter(function="legal").update(
        lunch_from=time(12), lunch_until=time(13), other_hours={"5": ["-15:00"]}, country="DE-BE"
    )
    page = text(desk.get("/calendars/"))
    assert "09:00 to 17:00, Mon to Fri" in page
    assert "break 12:00 to 13:00" in page and "Fri until 15:00" in page
    assert "public holidays of DE-BE" in page
    assert "tomorrow 12:00" in page
    assert "See what would move" in page  # Legal has a break now
    assert "Nothing was changed yet" in page


def test_everybody_reads_the_hours_and_no_count_of_deals(desk: Client, cast: Cast, deal: Deal) -> None:
    FunctionCalendar.objects.filter(function="legal").update(lunch_from=time(12), lunch_until=time(13))
    assert "running deadline" in text(desk.get("/calendars/"))
    desk.force_login(cast.elena)
    page = text(desk.get("/calendars/"))
    assert "break 12:00 to 13:00" in page
    assert "running deadline" not in page and "/calendars/legal/" not in page
    assert desk.get("/calendars/legal/").status_code == 403


def test_hours_are_saved_and_what_runs_is_shown_before_it_moves(desk: Client, deal: Deal) -> None:
    step = step_of(deal.requests.get(), "finance")
    form = typed(closes="20:00", opens="08:00", holidays="24 Dec 2026", other_hours="Fri until 15:00")
    answer = desk.post("/calendars/finance/", form)
    assert answer["Location"] == "/calendars/recompute/?function=finance"
    kept = FunctionCalendar.objects.get(function="finance")
    assert (kept.opens, kept.closes) == (time(8), time(20))
    assert (kept.holidays, kept.other_hours) == (["2026-12-24"], {"5": ["-15:00"]})
    page = text(desk.get(answer["Location"]))
    assert "1 deadline would move" in page and "Finance Director" in page
    assert "tomorrow 14:00" in page and "tomorrow 10:00" in page
    assert "Ines Carvalho</b> changed Finance: opening, closing, further days off" in text(
        desk.get("/calendars/")
    )
    assert Step.objects.get(pk=step.pk).due_at == step.due_at


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zone": "Berlin"}, "is not a time zone"),
        ({"opens": "nine"}, "Write it like 09:00."),
        ({"opens": "17:00", "closes": "09:00"}, "closes"),
        ({"holidays": "Christmas"}, "“Christmas” is not a date."),
        ({"other_hours": "Fri until noon"}, "“Fri until noon” cannot be read."),
        ({"workdays": []}, "Choose at least one day."),
        ({"country": "Atlantis"}, "No public holidays are known for"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    desk: Client, wrong: dict[str, Any], sentence: str
) -> None:
    before = FunctionCalendar.objects.get(function="finance").print
    answer = desk.post("/calendars/finance/", typed(**wrong))
    assert answer.status_code == 422
    assert sentence in text(answer)
    for typed_word in wrong.values():
        assert not isinstance(typed_word, str) or typed_word in text(answer)
    assert FunctionCalendar.objects.get(function="finance").print == before
    assert not Event.objects.filter(kind="hours_changed").exists()


def test_two_who_change_the_same_hours_do_not_overwrite_each_other(desk: Client) -> None:
    form = typed(closes="20:00")
    desk.post("/calendars/finance/", typed(closes="18:00"))
    answer = desk.post("/calendars/finance/", form)
    assert answer.status_code == 409
    assert "Somebody changed the hours of Finance meanwhile." in text(answer)
    assert FunctionCalendar.objects.get(function="finance").closes == time(18)


@pytest.mark.parametrize("live", [True, False])
def test_what_is_typed_is_tried_out_without_being_saved(desk: Client, live: bool) -> None:
    headers = {"HX-Request": "true"} if live else {}
    form = typed(closes="13:00", country="DE-BE") | ({} if live else {"preview": "1"})
    page = text(desk.post("/calendars/finance/", form, headers=headers))
    assert ("<html" in page) is not live
    assert "8 h of work from now would be <b>Wed 10 June, 12:00</b>" in page.replace("\xa0", " ")
    assert FunctionCalendar.objects.get(function="finance").closes == time(17)
    wrong = desk.post("/calendars/finance/", form | {"zone": "Berlin"}, headers=headers)
    assert "is not a time zone" in text(wrong)


def confirm(page: Any, **said: Any) -> dict[str, Any]:
    moving = page.context["moving"]
    return {"seen": moving.seen, "once": page.context["once"], "reason": "Long days at month end.", **said}


def test_one_deadline_is_moved_there_and_then(desk: Client, deal: Deal) -> None:
    step = step_of(deal.requests.get(), "finance")
    FunctionCalendar.objects.filter(function="finance").update(opens=time(8), closes=time(20))
    address = f"/calendars/recompute/?{urlencode({'step': step.pk})}"
    form = confirm(desk.get(address), step=step.pk)
    assert desk.post("/calendars/recompute/", form | {"reason": ""}).status_code == 422
    FunctionCalendar.objects.filter(function="finance").update(closes=time(19))
    stale = desk.post("/calendars/recompute/", form)
    assert stale.status_code == 409
    assert "has changed since you looked" in text(stale)
    assert Step.objects.get(pk=step.pk).run == 1
    again = desk.post("/calendars/recompute/", confirm(stale, step=step.pk))
    assert again["Location"] == "/deals/D-1284/approvals/"
    assert Step.objects.get(pk=step.pk).due_at == datetime(2026, 6, 9, 9, tzinfo=UTC)
    assert "moved its deadline by the working hours" in text(desk.get(again["Location"]))
    assert "to Tue 9 June, 11:00, by the working hours of now" in text(desk.get("/deals/D-1284/record/"))


@pytest.mark.django_db(transaction=True)
def test_many_deadlines_are_moved_in_the_background(desk: Client, deal: Deal) -> None:
    FunctionCalendar.objects.update(opens=time(8), closes=time(20))
    answer = desk.post("/calendars/recompute/", confirm(desk.get("/calendars/recompute/")))
    bulk = Bulk.objects.get()
    assert answer["Location"] == f"/queue/bulk/{bulk.pk}/"
    while sweep(NOON):
        pass
    assert Intervention.objects.count() == 3
    assert "Deadlines by the working hours of now" in text(desk.get(answer["Location"]))
    assert "Every running deadline lies where the hours put it" in text(desk.get("/calendars/recompute/"))


def counted(desk: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        desk.get("/calendars/recompute/")
    return len(queries)


def test_the_page_takes_the_same_number_of_queries_however_many_would_move(desk: Client, deal: Deal) -> None:
    counted(desk)  # what is read once for all pages
    FunctionCalendar.objects.filter(function="finance").update(closes=time(20))
    one = counted(desk)
    FunctionCalendar.objects.update(closes=time(21))
    assert counted(desk) == one
