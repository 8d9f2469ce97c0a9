"""One screen for several steps of one request that wait for the same person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Condition, Decision, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from deals.models import Deal
from people.models import Authority, User
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import APPOINTED, Cast

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    """Henrik is asked as Finance Director and as Delivery Manager."""
    Authority.objects.create(user=cast.henrik, function="operations", level=1, since=APPOINTED)
    return submit(brandt, by=cast.maya)


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def both(request: Request) -> tuple[Step, Step]:
    return step_of(request, "finance"), step_of(request, "operations")


def send(client: Client, request: Request, how: str = "all", **said: str) -> Any:
    """`said`: of one step as finance_verdict, of all as verdict."""
    finance, operations = both(request)
    prefix = {"finance": f"s{finance.pk}", "operations": f"s{operations.pk}"}
    form: dict[str, Any] = {"how": how, "steps": [finance.pk, operations.pk]}
    form |= {f"{prefix[step.function]}-seen": step.terms_hash for step in (finance, operations)}
    for name, value in said.items():
        function, _, field = name.partition("_")
        form[f"{prefix[function]}-{field}" if function in prefix else name] = value
    return client.post(reverse("desk:review_all", args=[finance.pk]), form)


def undecided(request: Request) -> None:
    assert not Decision.objects.exists()
    assert {step.status for step in both(request)} == {"open"}


def test_one_page_shows_what_needs_judgement_as_each(client: Client, request_: Request, cast: Cast) -> None:
    for step in both(request_):
        text = as_(client, cast.henrik).get(reverse("desk:review", args=[step.pk])).content.decode()
        assert "<h2>For Finance Director</h2>" in text
        assert "<h2>For Delivery Manager</h2>" in text
        assert "One answer for all 2" in text
        assert all(each.terms_hash in text for each in both(request_))


def test_who_is_asked_once_finds_the_usual_page(client: Client, request_: Request, cast: Cast) -> None:
    text = as_(client, cast.jiwoo).get(reverse("desk:review", args=[both(request_)[1].pk])).content.decode()
    assert "Needs your judgement" in text
    assert "One answer for all" not in text


def test_the_list_has_one_row_for_both_and_the_frame_counts_one(
    client: Client, request_: Request, cast: Cast
) -> None:
    text = as_(client, cast.henrik).get(reverse("desk:reviews")).content.decode()
    assert "1 waits for you" in text
    assert text.count('<tr class="hit">') == 1
    row = text[text.index('<tr class="hit">') :]
    assert "Finance Director" in row
    assert "Delivery Manager" in row


def test_one_answer_decides_both(client: Client, request_: Request, cast: Cast) -> None:
    answer = send(as_(client, cast.henrik), request_, verdict="reluctant", reason="A reference we need.")
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:reviews"))
    found = Decision.objects.values_list("function", "verdict", "reason")
    assert set(found) == {
        ("finance", "reluctant", "A reference we need."),
        ("operations", "reluctant", "A reference we need."),
    }
    assert [one.seen for one in Decision.objects.all()] == [
        one.step.terms_hash for one in Decision.objects.all()
    ]


def test_each_may_have_an_answer_of_its_own(client: Client, request_: Request, cast: Cast) -> None:
    rule(step_of(request_, "legal"), cast.tomas)
    send(
        as_(client, cast.henrik),
        request_,
        "each",
        finance_verdict="up_to",
        finance_discount="20.0",
        operations_verdict="agree",
    )
    found = Decision.objects.filter(by=cast.henrik).values_list("function", "verdict", "limits")
    assert set(found) == {("finance", "up_to", '{"discount":"20.0"}'), ("operations", "agree", "{}")}
    assert Mandate.objects.filter(request=request_).exists()


def test_answers_for_each_are_not_read_while_one_is_given_for_all(
    client: Client, request_: Request, cast: Cast
) -> None:
    send(as_(client, cast.henrik), request_, verdict="agree", finance_verdict="decline")
    assert set(Decision.objects.values_list("verdict", flat=True)) == {"agree"}


def test_one_of_them_may_ask_for_a_task_in_return(client: Client, request_: Request, cast: Cast) -> None:
    due = clock.today() + timedelta(days=5)
    asked = {"finance_task-1-text": "A bank guarantee", "finance_task-1-owner": str(cast.arjun.pk)}
    answers = {"finance_verdict": "up_to", "finance_discount": "20.0", "operations_verdict": "agree", **asked}
    refused = send(as_(client, cast.henrik), request_, "each", **answers)
    assert refused.status_code == 422
    assert "Say by which day." in refused.content.decode()
    assert 'class="fold asks" open' in refused.content.decode()
    undecided(request_)
    assert send(client, request_, "each", **answers, **{"finance_task-1-due": f"{due}"}).status_code == 302
    task = Condition.objects.tasks().get()
    assert (task.text, task.owner, task.due) == ("A bank guarantee", cast.arjun, due)
    assert task.decision.function == "finance"


@pytest.mark.parametrize(
    ("how", "said", "words"),
    [
        ("all", {}, "Choose your decision."),
        ("all", {"verdict": "decline"}, "Say why"),
        ("all", {"verdict": "up_to"}, "Select a valid choice"),
        ("each", {"finance_verdict": "agree"}, "Something is missing in your answers below."),
        ("each", {"finance_verdict": "changes", "operations_verdict": "agree"}, "Say what you need to see"),
        (
            "each",
            {"finance_verdict": "up_to", "finance_discount": "29", "operations_verdict": "agree"},
            "goes further than the",
        ),
        ("each", {"finance_verdict": "up_to", "operations_verdict": "agree"}, "Give a limit or a condition"),
    ],
)
def test_what_is_missing_comes_back_and_nothing_is_decided(
    client: Client, request_: Request, cast: Cast, how: str, said: dict[str, str], words: str
) -> None:
    answer = send(as_(client, cast.henrik), request_, how, **said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    undecided(request_)


def test_one_that_moved_on_answers_409_decides_none_and_keeps_what_was_typed(
    client: Client, request_: Request, cast: Cast
) -> None:
    rule(both(request_)[1], cast.jiwoo)
    answer = send(
        as_(client, cast.henrik),
        request_,
        "each",
        finance_verdict="decline",
        finance_reason="Not like this.",
        operations_verdict="agree",
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Delivery Manager: agreed. Your answer is not needed any more." in text
    assert "your answer is kept below" in text
    assert 'value="Not like this."' in text
    assert 'value="decline" checked' in text
    assert f'action="{reverse("desk:review", args=[both(request_)[0].pk])}"' in text
    assert not Decision.objects.filter(by=cast.henrik).exists()


def test_other_terms_than_those_on_the_screen_answer_409(
    client: Client, request_: Request, cast: Cast
) -> None:
    answer = send(as_(client, cast.henrik), request_, verdict="agree", operations_seen="0" * 64)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The terms changed after this page was opened" in text
    assert all(f'-seen" value="{step.terms_hash}"' in text for step in both(request_))
    assert "Moved on" not in text
    undecided(request_)


def test_a_withdrawn_ask_answers_409(client: Client, request_: Request, cast: Cast) -> None:
    recall(request_.deal, by=cast.maya)
    assert send(as_(client, cast.henrik), request_, verdict="agree").status_code == 409
    assert not Decision.objects.exists()


def test_a_superseded_ask_brings_the_words_to_the_new_one(
    client: Client, request_: Request, cast: Cast
) -> None:
    fresh = submit(ask_offer_5(request_.deal, cast), by=cast.maya)
    answer = send(as_(client, cast.henrik), request_, verdict="reluctant", reason="For the reference.")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Revision 2 has taken the place of revision 1" in text
    assert 'value="For the reference."' in text
    assert f'name="seen" value="{step_of(fresh, "finance").terms_hash}"' in text
    assert not Decision.objects.exists()


def test_the_second_click_changes_nothing(client: Client, request_: Request, cast: Cast) -> None:
    as_(client, cast.henrik)
    assert send(client, request_, verdict="agree").status_code == 302
    assert send(client, request_, verdict="decline", reason="No.").status_code == 409
    assert set(Decision.objects.values_list("verdict", flat=True)) == {"agree"}


def test_who_is_asked_at_one_alone_answers_for_none(client: Client, request_: Request, cast: Cast) -> None:
    assert send(as_(client, cast.jiwoo), request_, verdict="agree").status_code == 403
    assert send(as_(client, cast.maya), request_, verdict="agree").status_code == 403
    assert send(as_(client, cast.elena), request_, verdict="agree").status_code == 404
    undecided(request_)


def test_a_step_of_another_request_is_not_there(client: Client, request_: Request, cast: Cast) -> None:
    before = both(request_)[1]
    fresh = submit(ask_offer_5(request_.deal, cast), by=cast.maya)
    step = step_of(fresh, "finance")
    form = {"how": "all", "verdict": "agree", "steps": [step.pk, before.pk]}
    url = reverse("desk:review_all", args=[step.pk])
    assert as_(client, cast.henrik).post(url, form).status_code == 404
    assert client.post(url, {**form, "steps": ["x"]}).status_code == 404
    assert not Decision.objects.exists()


def test_the_effect_of_limits_is_shown_beside_their_step(
    client: Client, request_: Request, cast: Cast
) -> None:
    finance = both(request_)[0]
    form = {f"s{finance.pk}-seen": finance.terms_hash, f"s{finance.pk}-discount": "20.0"}
    url = reverse("desk:review_effect", args=[finance.pk])
    text = as_(client, cast.henrik).post(url, form).content.decode()
    assert "€1,759,680" in text
    undecided(request_)
