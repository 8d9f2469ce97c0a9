"""Tasks and questions on pages: asked from the review, answered and seen to by whom they were put to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.models import Condition, Decision, Evidence, Mandate, Question, Step
from approvals.question import ask_question
from approvals.submit import submit
from approvals.task import Task
from base import clock
from deals.models import Deal
from people.models import User
from tests.brandt import Verdict, rule, step_of
from tests.cast import Cast

PDF = b"%PDF-1.7 a guarantee"
GUARANTEE = "A bank guarantee over one year"


@pytest.fixture
def step(brandt: Deal, cast: Cast, settings: Any, tmp_path: Path) -> Step:
    settings.MEDIA_ROOT = tmp_path
    return step_of(submit(brandt, by=cast.maya), "finance")


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def said(step: Step, cast: Cast, **more: object) -> dict[str, object]:
    asked = {"text": GUARANTEE, "owner": cast.arjun.pk, "due": in_days(5)}
    fields = {f"task-1-{name}": value for name, value in asked.items()}
    return {"seen": step.terms_hash, "verdict": "up_to", "discount": "20.0", **fields, **more}


def task_of(step: Step, cast: Cast) -> Condition:
    asked = Task(GUARANTEE, cast.arjun.pk, clock.today() + timedelta(days=5))
    rule(step, cast.henrik, Verdict.UP_TO, tasks=(asked,))
    return Condition.objects.tasks().get()


def asked_by_henrik(step: Step, to: User) -> Question:
    henrik = User.objects.get(email="henrik@helio.example")
    return ask_question(step, by=henrik, to=to, text="Why sixty days?")


# --- tasks ---------------------------------------------------------------------------------------------


def test_a_reviewer_asks_for_a_task_beside_the_limits(step: Step, cast: Cast) -> None:
    page = reverse("desk:review", args=[step.pk])
    fallback = {"task-1-otherwise": "discount", "task-1-value": "15,0"}
    assert as_(cast.henrik).post(page, said(step, cast, **fallback)).status_code == 302
    task = Condition.objects.tasks().get()
    assert (task.text, task.owner, task.due) == (GUARANTEE, cast.arjun, clock.today() + timedelta(days=5))
    assert task.otherwise == '{"discount":"15.0"}'


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"task-1-owner": ""}, "Say who sees to it."),
        ({"task-1-due": ""}, "Say by which day."),
        ({"task-1-text": ""}, "Say what has to be done."),
        ({"task-1-due": "2020-01-01"}, "The day lies in the past."),
        ({"task-1-otherwise": "discount"}, "Say back to where."),
        ({"task-1-otherwise": "discount", "task-1-value": "12"}, "is tighter than the target"),
        ({"task-1-otherwise": "discount", "task-1-value": "1e400"}, "Type a number, like 12.5."),
        ({"task-1-otherwise": "discount", "task-1-value": "9" * 400}, "Type a number of at most 20 digits."),
        ({"task-1-otherwise": "discount", "task-1-value": f"-{'9' * 400}"}, "of at most 20 digits."),
        ({"task-2-text": "Also this"}, "Say who sees to it."),
    ],
)
def test_a_task_that_lacks_something_comes_back_with_all_that_was_typed(
    step: Step, cast: Cast, more: dict[str, str], why: str
) -> None:
    answer = as_(cast.henrik).post(reverse("desk:review", args=[step.pk]), said(step, cast, **more))
    assert answer.status_code == 422
    assert why in text_of(answer)
    assert 'class="fold asks" open' in text_of(answer)
    assert not Decision.objects.exists()


def test_with_another_verdict_what_was_typed_as_a_task_is_not_asked(step: Step, cast: Cast) -> None:
    page = reverse("desk:review", args=[step.pk])
    assert as_(cast.henrik).post(page, said(step, cast, verdict="agree")).status_code == 302
    assert not Condition.objects.exists()


def test_the_owner_finds_it_at_home_hands_in_a_file_and_the_function_marks_it_met(
    step: Step, cast: Cast
) -> None:
    task = task_of(step, cast)
    page = reverse("desk:condition", args=[task.pk])
    assert GUARANTEE in text_of(as_(cast.arjun).get("/"))
    file = SimpleUploadedFile("guarantee.pdf", PDF)
    shown = as_(cast.arjun).post(page, {"act": "show", "text": "Here.", "file": file})
    assert shown.status_code == 302
    assert "Mark it met" not in text_of(as_(cast.arjun).get(page))
    assert "Mark it met" in text_of(as_(cast.henrik).get(page))

    assert as_(cast.arjun).post(page, {"act": "met"}).status_code == 403
    assert as_(cast.henrik).post(page, {"act": "met"}).status_code == 302
    assert Condition.objects.get().met_by == cast.henrik
    assert "Met, says Henrik Sørensen" in text_of(as_(cast.maya).get(page))
    assert GUARANTEE not in text_of(as_(cast.arjun).get("/"))
    assert as_(cast.dana).get(page).status_code == 404


def test_a_file_comes_as_a_file_and_only_to_who_sees_the_deal(step: Step, cast: Cast) -> None:
    task = task_of(step, cast)
    page = reverse("desk:condition", args=[task.pk])
    as_(cast.arjun).post(page, {"act": "show", "file": SimpleUploadedFile('gu"arantée.pdf', PDF)})
    kept = Evidence.objects.get()
    address = reverse("desk:evidence", args=[task.pk, kept.pk])

    answer = as_(cast.maya).get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_(cast.elena).get(address).status_code == 404
    assert as_(cast.maya).get(reverse("desk:evidence", args=[task.pk + 1, kept.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "why"), [("a.exe", b"MZ", "cannot be kept"), ("a.pdf", b"", "is empty")]
)
def test_a_file_that_is_not_kept_is_refused_beside_its_field(
    step: Step, cast: Cast, name: str, content: bytes, why: str
) -> None:
    page = reverse("desk:condition", args=[task_of(step, cast).pk])
    answer = as_(cast.arjun).post(page, {"act": "show", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert why in text_of(answer)
    assert not Evidence.objects.exists()


def test_open_tasks_stand_on_the_mandate_the_offer_check_and_where_the_deal_is_closed(
    step: Step, cast: Cast
) -> None:
    task = task_of(step, cast)
    rule(step_of(step.request, "legal"), cast.tomas)
    rule(step_of(step.request, "operations"), cast.jiwoo)
    assert Mandate.objects.exists()
    number = step.deal.number
    deal = text_of(as_(cast.maya).get(reverse("desk:deal", args=[number])))
    assert deal.count(GUARANTEE) == 3  # mandate, lane, latest
    assert f"discount {task.fallback['discount']} %" in deal
    for page in ("desk:offers", "desk:close"):
        found = text_of(as_(cast.maya).get(reverse(page, args=[number])))
        assert GUARANTEE in found and "Arjun Mehta" in found


# --- questions -----------------------------------------------------------------------------------------


def test_a_reviewer_asks_and_sees_why_nothing_can_be_decided(step: Step, cast: Cast) -> None:
    page = reverse("desk:review", args=[step.pk])
    ask = {"ask-to": cast.maya.pk, "ask-text": "Why sixty days?"}
    assert as_(cast.henrik).post(reverse("desk:ask", args=[step.pk]), ask).status_code == 302
    shown = text_of(as_(cast.henrik).get(page))
    assert "waits for an answer" in shown
    assert "Take the question back" in shown
    assert "Send decision" not in shown
    late = as_(cast.henrik).post(page, {"seen": step.terms_hash, "verdict": "agree"})
    assert late.status_code == 409
    assert "Henrik Sørensen asked Maya Okafor" in text_of(late)


def test_a_question_without_words_or_to_nobody_is_not_asked(step: Step, cast: Cast) -> None:
    for ask in (
        {"ask-to": cast.maya.pk},
        {"ask-text": "Why?"},
        {"ask-to": cast.henrik.pk, "ask-text": "Why?"},
    ):
        answer = as_(cast.henrik).post(reverse("desk:ask", args=[step.pk]), ask)
        assert answer.status_code == 422
    assert not Question.objects.exists()


def test_who_is_asked_finds_it_at_home_and_answers(step: Step, cast: Cast) -> None:
    question = asked_by_henrik(step, cast.elena)
    page = reverse("desk:question", args=[question.pk])
    assert "Why sixty days?" in text_of(as_(cast.elena).get("/"))
    assert as_(cast.elena).post(page, {"answer": " "}).status_code == 422
    assert as_(cast.maya).post(page, {"answer": "So."}).status_code == 403
    assert as_(cast.elena).post(page, {"answer": "All of them do."}).status_code == 302
    assert "All of them do." in text_of(as_(cast.henrik).get(page))
    assert "Why sixty days?" not in text_of(as_(cast.elena).get("/"))
    approvals = text_of(as_(cast.maya).get(reverse("desk:approvals", args=[step.deal.number])))
    assert "Why sixty days?" in approvals and "All of them do." in approvals
    assert as_(cast.elena).post(page, {"answer": "Again."}).status_code == 409


def test_who_asked_takes_it_back(step: Step, cast: Cast) -> None:
    question = asked_by_henrik(step, cast.maya)
    address = reverse("desk:take_question_back", args=[question.pk])
    assert as_(cast.maya).post(address).status_code == 403
    assert as_(cast.henrik).post(address).status_code == 302
    assert "Send decision" in text_of(as_(cast.henrik).get(reverse("desk:review", args=[step.pk])))


def test_the_pages_of_a_paused_deal_say_who_has_the_ball(step: Step, cast: Cast) -> None:
    asked_by_henrik(step, cast.maya)
    for route in ("desk:deal", "desk:approvals"):
        shown = text_of(as_(cast.maya).get(reverse(route, args=[step.deal.number])))
        assert "Henrik Sørensen asked Maya Okafor and waits for the answer." in shown
        assert "Paused, or a question waits for its answer." in shown
    for route in ("desk:record", "desk:queue", "desk:home"):
        arguments = [step.deal.number] if route == "desk:record" else []
        assert as_(cast.ines).get(reverse(route, args=arguments)).status_code == 200
