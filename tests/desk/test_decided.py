"""A decision is final: what is said of it when it is made, and to whoever sends too late or again."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from approvals.decide import Ruling, decide
from approvals.models import Decision, Request, Step
from approvals.submit import submit
from deals.models import Deal
from people.models import Authority, User
from tests.brandt import rule, step_of
from tests.cast import APPOINTED, Cast

SPACE = "\N{NO-BREAK SPACE}"
UP_TO = {"verdict": "up_to", "discount": "20.0", "payment_days": "45"}


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def send(client: Client, step: Step, seen: str = "", **said: str) -> Any:
    url = reverse("desk:review", args=[step.pk])
    return client.post(url, {"seen": seen or step.terms_hash, **said})


def told(answer: Any) -> str:
    return str(next(iter(get_messages(answer.wsgi_request))))


def effect(client: Client, step: Step, seen: str = "", **said: str) -> str:
    url = reverse("desk:review_effect", args=[step.pk])
    answer = client.post(url, {"verdict": "up_to", "seen": seen or step.terms_hash, **said})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_what_it_binds_to_until_when_and_who_is_waited_for(
    client: Client, request_: Request, cast: Cast
) -> None:
    step = step_of(request_, "finance")
    words = told(send(as_(client, cast.henrik), step, **UP_TO))
    assert words.startswith(
        f"Brandt Logistik AG: you agreed up to 20.0{SPACE}% and 45{SPACE}days, for revision 1. "
        "It is final and holds until "
    )
    assert "; the mandate waits for Legal Counsel and Delivery Manager." in words
    assert words.endswith(
        f'<a class="link" href="{reverse("desk:review", args=[step.pk])}">Read it again</a>'
    )


def test_the_last_one_is_told_that_the_mandate_is_there(
    client: Client, request_: Request, cast: Cast
) -> None:
    rule(step_of(request_, "legal"), cast.tomas)
    rule(step_of(request_, "operations"), cast.jiwoo)
    answer = send(as_(client, cast.henrik), step_of(request_, "finance"), verdict="agree")
    assert "Maya Okafor has the mandate, until " in told(answer)


@pytest.mark.parametrize(
    ("verdict", "follows"),
    [
        ("changes", "The ball is with Maya Okafor."),
        ("decline", "It ends revision 1 for everybody who was asked."),
    ],
)
def test_no_grant_is_said_where_none_was_given(
    client: Client, request_: Request, cast: Cast, verdict: str, follows: str
) -> None:
    answer = send(as_(client, cast.henrik), step_of(request_, "finance"), verdict=verdict, reason="Too far.")
    assert follows in told(answer)
    assert "holds until" not in told(answer)


def test_the_page_afterwards_says_who_decided_what_and_has_nothing_to_send(
    client: Client, request_: Request, cast: Cast
) -> None:
    step = step_of(request_, "finance")
    send(as_(client, cast.henrik), step, **UP_TO)
    answer = client.get(reverse("desk:review", args=[step.pk]))
    text = answer.content.decode()
    assert f"Henrik Sørensen agreed up to 20.0{SPACE}% and 45{SPACE}days" in text
    assert "It is final, and binds to revision 1." in text
    assert 'id="decide"' not in text
    assert "no-store" in answer["Cache-Control"]


def test_sending_again_is_answered_with_what_was_decided(
    client: Client, request_: Request, cast: Cast
) -> None:
    step = step_of(request_, "finance")
    send(as_(client, cast.henrik), step, verdict="agree")
    answer = send(client, step, verdict="decline", reason="No, after all.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "You have decided this already." in text
    assert "Henrik Sørensen agreed" in text
    assert 'value="No, after all."' in text
    assert ">Send decision" not in text
    assert Decision.objects.get().verdict == "agree"


def test_who_comes_second_reads_who_was_first_and_keeps_their_words(
    client: Client, brandt: Deal, cast: Cast
) -> None:
    Authority.objects.create(user=cast.lena, function="finance", level=2, since=APPOINTED)
    step = step_of(submit(brandt, by=cast.maya), "finance")
    decide(step, by=cast.lena, ruling=Ruling(Decision.Verdict.AGREE), seen=step.terms_hash)
    answer = send(as_(client, cast.henrik), step, verdict="changes", reason="Invoice yearly.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Lena Vogt agreed" in text
    assert 'value="Invoice yearly."' in text
    assert ">Send decision" not in text
    assert Decision.objects.get().by == cast.lena


def test_after_other_terms_the_words_come_back_for_those_that_wait_now(
    client: Client, request_: Request, cast: Cast
) -> None:
    step = step_of(request_, "finance")
    answer = send(as_(client, cast.henrik), step, seen="0" * 64, verdict="reluctant", reason="This once.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="This once."' in text
    assert f'name="seen" value="{step.terms_hash}"' in text
    assert ">Send decision" in text
    assert not Decision.objects.exists()


def test_the_effect_says_whom_the_mandate_still_waits_for(
    client: Client, request_: Request, cast: Cast
) -> None:
    step = step_of(request_, "finance")
    as_(client, cast.henrik)
    text = effect(client, step, **UP_TO)
    assert f"Net €1,759,680, margin 58.9{SPACE}%. Nobody new has to look" in text
    assert "the mandate waits for Legal Counsel and Delivery Manager." in text
    rule(step_of(request_, "legal"), cast.tomas)
    rule(step_of(request_, "operations"), cast.jiwoo)
    assert f"margin 58.9{SPACE}%. Nobody else has to look." in effect(client, step, **UP_TO)


@pytest.mark.parametrize("typed", ["abc", "20,0,0", "1e400", "NaN", "-", "9" * 40], ids=range(6))
def test_the_effect_of_what_is_no_number_is_a_sentence(
    client: Client, request_: Request, cast: Cast, typed: str
) -> None:
    text = effect(as_(client, cast.henrik), step_of(request_, "finance"), discount=typed)
    assert "is-bad" in text
    assert "has to look" not in text


def test_the_effect_on_terms_that_are_gone_says_so(client: Client, request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    as_(client, cast.henrik)
    assert "moved on since you opened the page" in effect(client, step, seen="0" * 64, **UP_TO)
    send(client, step, verdict="agree")
    assert "moved on since you opened the page" in effect(client, step, **UP_TO)


def test_nobody_else_may_ask_for_the_effect(client: Client, request_: Request, cast: Cast) -> None:
    url = reverse("desk:review_effect", args=[step_of(request_, "finance").pk])
    assert as_(client, cast.marcus).post(url, UP_TO).status_code == 403


def test_a_function_that_decides_for_the_first_time_is_told_so(
    client: Client, request_: Request, cast: Cast
) -> None:
    url = reverse("desk:review", args=[step_of(request_, "finance").pk])
    text = as_(client, cast.henrik).get(url).content.decode()
    assert "The first time on this deal: Finance has decided on no revision before this one." in text
