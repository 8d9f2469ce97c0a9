"""One mail where one person would get several, through a real mail server."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from approvals.models import Request
from approvals.submit import submit
from deals.create import create
from deals.edit import save_draft
from deals.models import Deal
from ledger.claim import claim_one
from ledger.effects import deliver, perform
from ledger.models import Effect
from ledger.sweep import sweep
from notices.models import Notice
from notices.prefer import prefer
from people.models import Authority
from tests.brandt import brandt_draft, make_brandt, rule, step_of
from tests.cast import APPOINTED, Cast
from tests.conftest import Post
from tests.notices.reading import body

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
NEXT_WEEK = MONDAY + timedelta(days=5)


@pytest.fixture
def request_(cast: Cast) -> Request:
    """Henrik is asked as Finance Director and as Delivery Manager."""
    Authority.objects.create(user=cast.henrik, function="operations", level=1, since=APPOINTED)
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


def swept(at: datetime, smtp: Post) -> list[Any]:
    """The mails that a sweep at this instant sends."""
    before = len(smtp.mails)
    with time_machine.travel(at, tick=False):
        sweep(at)
    return smtp.mails[before:]


def to(mails: list[Any], who: str) -> list[Any]:
    return [mail for mail in mails if mail["To"] == f"{who}@helio.example"]


def half(request: Request, function: str) -> Effect:
    return Effect.objects.get(kind="remind", key=f"step:{step_of(request, function).pk}")


def both_due(request: Request) -> datetime:
    """Both reminders fall due by the same sweep, before any hand-over."""
    at = MONDAY + timedelta(hours=1)
    Effect.objects.filter(kind="remind").update(due_at=at)
    Effect.objects.filter(kind="hand_over").update(due_at=NEXT_WEEK)
    return at


@pytest.mark.django_db(transaction=True)
def test_two_steps_opened_at_once_are_one_mail_that_lists_them(
    request_: Request, cast: Cast, smtp: Post
) -> None:
    sent = swept(MONDAY, smtp)
    (mail,) = to(sent, "henrik")
    assert mail["Subject"] == "Brandt Logistik AG, D-1284 needs 2 decisions of yours"
    text = body(mail)
    assert "- as Finance Director, by Tuesday 9 June, 14:00 (Berlin time)" in text
    assert "- as Delivery Manager, by " in text
    assert text.count("/reviews/") == 1
    (other,) = to(sent, "jiwoo")
    assert other["Subject"] == "Brandt Logistik AG, D-1284 needs your decision"
    assert len(to(sent, "tomas")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_reminders_of_one_sweep_are_one_mail(request_: Request, cast: Cast, smtp: Post) -> None:
    swept(MONDAY, smtp)
    sent = swept(both_due(request_), smtp)
    (mail,) = to(sent, "henrik")
    assert mail["Subject"] == "2 decisions still wait for you"
    text = body(mail)
    assert "Brandt Logistik AG, D-1284: Finance Director has until" in text
    assert "Brandt Logistik AG, D-1284: Delivery Manager has until" in text
    assert "\n\nhttp://localhost:8000/reviews/\n" in text
    (other,) = to(sent, "jiwoo")
    assert other["Subject"] == "Brandt Logistik AG, D-1284 still waits for your decision"
    assert swept(both_due(request_), smtp) == []


@pytest.mark.django_db(transaction=True)
def test_reminders_of_two_deals_are_one_mail(request_: Request, cast: Cast, smtp: Post) -> None:
    with time_machine.travel(MONDAY, tick=False):
        submit(another(request_.deal, cast), by=cast.maya)
    swept(MONDAY, smtp)
    (mail,) = to(swept(both_due(request_), smtp), "tomas")
    assert mail["Subject"] == "2 decisions still wait for you"
    assert [deal in body(mail) for deal in ("D-1284", "D-1300")] == [True, True]


def another(deal: Deal, cast: Cast) -> Deal:
    fresh = create(
        "Again", deal.account, by=cast.maya, deal_type="New business", currency="EUR", number="D-1300"
    )
    return save_draft(fresh, by=cast.maya, version=fresh.version, changes=brandt_draft(cast))


@pytest.mark.django_db(transaction=True)
def test_reminders_of_two_sweeps_are_two_mails(request_: Request, cast: Cast, smtp: Post) -> None:
    swept(MONDAY, smtp)
    at = both_due(request_)
    later = at + timedelta(minutes=10)
    Effect.objects.filter(pk=half(request_, "operations").pk).update(due_at=later)
    first, second = to(swept(at, smtp), "henrik"), to(swept(later, smtp), "henrik")
    assert [len(first), len(second)] == [1, 1]
    assert "Finance Director" in body(first[0])
    assert "Delivery Manager" in body(second[0])


@pytest.mark.django_db(transaction=True)
def test_what_joins_a_mail_that_is_on_its_way_is_sent_on_its_own(
    request_: Request, cast: Cast, smtp: Post
) -> None:
    """Another sweep takes the mail up between two timers of this one: nothing is lost, nothing sent twice."""
    swept(MONDAY, smtp)
    at = both_due(request_)
    deliver(half(request_, "finance").pk, at)
    (mail,) = Effect.objects.filter(dedupe_key=f"mail:remind:{at:%Y%m%dT%H%M%S%f}:{cast.henrik.pk}")
    taken = claim_one(mail.pk, at)
    deliver(half(request_, "operations").pk, at)
    for effect in taken:
        perform(effect, at)
    sent = to(smtp.mails[-1:], "henrik") + to(swept(at + timedelta(minutes=10), smtp), "henrik")
    assert ["Finance Director" in body(mail) for mail in sent] == [True, False]
    assert ["Delivery Manager" in body(mail) for mail in sent] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_reminder_that_fails_is_in_no_mail(
    request_: Request, cast: Cast, smtp: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line was written in the transaction that was rolled back."""
    swept(MONDAY, smtp)
    at = both_due(request_)
    deliver(half(request_, "finance").pk, at)
    broken(monkeypatch, lambda *args, **kwargs: 1 / 0)
    deliver(half(request_, "operations").pk, at)
    (waiting,) = Notice.objects.filter(kind="remind", user__email__startswith="henrik")
    assert len(waiting.lines) == 1


def broken(monkeypatch: pytest.MonkeyPatch, fails: Callable[..., Any]) -> None:
    monkeypatch.setattr("approvals.escalation.record", fails)


@pytest.mark.django_db(transaction=True)
def test_who_answered_one_is_reminded_of_the_other_alone(request_: Request, cast: Cast, smtp: Post) -> None:
    with time_machine.travel(MONDAY, tick=False):
        rule(step_of(request_, "operations"), cast.henrik)
    (mail,) = to(swept(both_due(request_), smtp), "henrik")[-1:]
    assert mail["Subject"] == "Brandt Logistik AG, D-1284 still waits for your decision"
    assert "Finance Director" in body(mail)


@pytest.mark.django_db(transaction=True)
def test_quiet_hours_delay_the_message_and_not_the_hand_over(
    request_: Request, cast: Cast, smtp: Post
) -> None:
    swept(MONDAY, smtp)
    for user in (cast.henrik, cast.dana):
        prefer(by=user, chosen={"quiet_from": time(0), "quiet_until": time(23, 59)})
    step = step_of(request_, "finance")
    assert step.due_at is not None
    sent = swept(step.due_at, smtp)
    assert step.assignments.filter(user=cast.dana, ended_at=None).exists()
    assert Notice.objects.filter(user=cast.dana, kind="review").exists()
    assert to(sent, "henrik") + to(sent, "dana") == []
