"""Since when those who decide have had a review before them: kept once, and shown by revision."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Opening, Request, Step
from approvals.opening import keep_opening
from approvals.pause import pause
from approvals.reassign import reassign
from approvals.submit import submit
from base import clock
from base.format import moment
from deals.models import Deal
from people.models import Authority, User
from tests.answering import link_to
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import APPOINTED, Cast

APPROVALS = "/deals/D-1284/approvals/"


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def finance(request_: Request) -> Step:
    return step_of(request_, "finance")


def as_(user: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(user)
    return client


def read(step: Step, user: User, **headers: str) -> int:
    return as_(user, **headers).get(reverse("desk:review", args=[step.pk])).status_code


def rows(user: User, revision: int = 1) -> list[str]:
    """The rows of who saw what, tags taken out."""
    text = (
        as_(user).get(APPROVALS).content.decode().split(f'id="revision-{revision}"')[1].split("</table>")[0]
    )
    found = text.split("<tbody>")[1].split("<tr>")[1:]
    return [" ".join("".join(part.split(">")[-1] + " " for part in row.split("<")).split()) for row in found]


def kept() -> list[tuple[str, str]]:
    found = Opening.objects.order_by("pk").values_list("step__function", "user__name")
    return [(function, name) for function, name in found]


def test_the_first_opening_is_kept_and_the_second_writes_nothing(finance: Step, cast: Cast) -> None:
    before = clock.now()
    assert read(finance, cast.henrik) == 200
    (first,) = Opening.objects.values_list("step", "user", "at")
    assert first[:2] == (finance.pk, cast.henrik.pk)
    assert before <= first[2] <= clock.now()

    with CaptureQueriesContext(connection) as asked:
        assert read(finance, cast.henrik) == 200

    assert not [
        query for query in asked.captured_queries if "INSERT" in query["sql"] and "open" in query["sql"]
    ]
    assert list(Opening.objects.values_list("step", "user", "at")) == [first]


def test_of_two_at_once_the_first_stays(finance: Step, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_opening([finance], by=cast.henrik)
    at = Opening.objects.get().at
    manager: Any = Opening.objects
    monkeypatch.setattr(manager, "filter", lambda **_: Opening.objects.none())

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        keep_opening([finance], by=cast.henrik)

    assert [one.at for one in Opening.objects.all()] == [at]


@pytest.mark.parametrize("who", ["ines", "dana", "tomas"])
def test_who_may_only_look_is_not_kept(finance: Step, cast: Cast, who: str) -> None:
    read(finance, getattr(cast, who))
    assert kept() == []


def test_what_is_fetched_ahead_or_sent_is_not_kept(finance: Step, cast: Cast) -> None:
    address = reverse("desk:review", args=[finance.pk])
    assert read(finance, cast.henrik, sec_purpose="prefetch;prerender") == 200
    assert read(finance, cast.henrik, purpose="prefetch") == 200
    assert as_(cast.henrik).head(address).status_code == 200
    assert as_(cast.henrik).post(address, {"seen": finance.terms_hash}).status_code == 422
    assert Client().get(address).status_code == 302
    assert kept() == []


def test_a_link_from_a_mail_counts_only_for_who_is_signed_in_and_asked(finance: Step, cast: Cast) -> None:
    path = link_to(finance, cast.henrik)
    for client in (Client(), as_(cast.priya)):
        for ask in (client.get, client.head):
            ask(path)
    as_(cast.henrik).head(path)
    assert kept() == []

    as_(cast.henrik).get(path)

    assert kept() == [("finance", "Henrik Sørensen")]


def test_several_on_one_screen_are_each_kept(brandt: Deal, cast: Cast) -> None:
    Authority.objects.create(user=cast.henrik, function="operations", level=1, since=APPOINTED)
    request = submit(brandt, by=cast.maya)

    read(step_of(request, "operations"), cast.henrik)

    assert sorted(kept()) == [("finance", "Henrik Sørensen"), ("operations", "Henrik Sørensen")]


def test_a_page_that_cannot_keep_it_is_shown_all_the_same(
    finance: Step, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("disk full")

    manager: Any = Opening.objects
    monkeypatch.setattr(manager, "bulk_create", refuse)

    assert read(finance, cast.henrik) == 200

    assert "who opened a review could not be kept: disk full" in caplog.text
    assert kept() == []


def test_approvals_say_who_opened_it_when_and_who_has_not(finance: Step, cast: Cast) -> None:
    assert "Henrik Sørensen Finance Director has not answered yet not opened yet –" in rows(cast.maya)

    read(finance, cast.henrik)

    at = moment(Opening.objects.get().at, clock.now(), ZoneInfo(cast.maya.timezone))
    assert f"Henrik Sørensen Finance Director has not answered yet opened {at} –" in rows(cast.maya)
    rule(finance, cast.henrik)
    said, *others = rows(cast.maya)
    assert said.startswith("Henrik Sørensen Finance Director Agreed")
    assert f"revision 1 opened {at}" in said
    assert not [row for row in others if "Henrik" in row]


def test_who_opened_it_and_is_not_asked_any_more_stays(finance: Step, cast: Cast) -> None:
    read(finance, cast.henrik)
    reassign(finance, by=cast.ines, to=cast.dana, reason="Henrik is at the customer.")

    found = [row for row in rows(cast.maya) if "Finance" in row or "CFO" in row]

    assert any(row.startswith("Henrik Sørensen") and "is not asked any more opened" in row for row in found)
    assert any(
        row.startswith("Dana Whitlock") and "has not answered yet not opened yet" in row for row in found
    )


def test_each_revision_has_its_own(request_: Request, finance: Step, cast: Cast) -> None:
    read(finance, cast.henrik)
    again = submit(ask_offer_5(request_.deal, cast), by=cast.maya)

    assert any("Henrik Sørensen" in row and "not asked any more opened" in row for row in rows(cast.maya, 1))
    assert any("Henrik Sørensen" in row and "not opened yet" in row for row in rows(cast.maya, 2))
    assert again.revision.number == 2


def test_a_paused_step_is_opened_too(finance: Step, cast: Cast) -> None:
    pause(finance, by=cast.ines, reason="Until the buyer has answered.")
    read(finance, cast.henrik)
    assert kept() == [("finance", "Henrik Sørensen")]
    assert any("Henrik" in row and "has not answered yet opened" in row for row in rows(cast.maya))


def test_approvals_ask_as_often_when_all_have_opened_it(request_: Request, cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert as_(cast.maya).get(APPROVALS).status_code == 200
        return len([one for one in asked.captured_queries if one["sql"].startswith("SELECT")])

    none = queries()
    for user, function in ((cast.henrik, "finance"), (cast.tomas, "legal"), (cast.jiwoo, "operations")):
        assert read(step_of(request_, function), user) == 200
    assert len(kept()) == 3

    assert queries() == none
