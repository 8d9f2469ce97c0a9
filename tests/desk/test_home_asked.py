"""A question belongs to two homes: whoever asked finds it again, whoever is asked finds the deal on top."""

from datetime import timedelta

import pytest
import time_machine

from approvals.models import Request
from approvals.question import answer_question, ask_question
from approvals.submit import submit
from tests.brandt import make_brandt, step_of
from tests.cast import Cast
from tests.desk.making import THURSDAY, At, make_deal, make_request, make_revision, make_version

MONDAY = THURSDAY - timedelta(days=3)


@pytest.fixture
def asked(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


@pytest.fixture
def see(client):
    def see_(user):
        client.force_login(user)
        with time_machine.travel(MONDAY, tick=False):
            answer = client.get("/")
        assert answer.status_code == 200
        return answer.context["home"]

    return see_


def test_who_asked_finds_the_question_among_what_waits_on_others(asked, cast: Cast, see) -> None:
    with time_machine.travel(MONDAY, tick=False):
        question = ask_question(step_of(asked, "legal"), by=cast.tomas, to=cast.maya, text="Why 60 days?")
    shown = see(cast.tomas)
    assert (shown.reviews, [other.request for other in shown.others]) == ((), [asked])
    said = "You asked Maya Okafor today 11:30: “Why 60 days?”"
    assert shown.others[0].text == f"{said} Not answered yet; it comes back to you with the answer."
    with time_machine.travel(MONDAY, tick=False):
        answer_question(question, by=cast.maya, text="They pay late.")
    shown = see(cast.tomas)
    assert (len(shown.reviews), shown.others) == (1, ())


def test_a_deal_with_a_question_for_its_seller_is_their_move(asked, cast: Cast, see) -> None:
    assert [move.deal.number for move in see(cast.maya).ours] == ["D-1284"]
    with time_machine.travel(MONDAY, tick=False):
        ask_question(step_of(asked, "legal"), by=cast.tomas, to=cast.maya, text="Why 60 days?")
    shown = see(cast.maya)
    (move,) = shown.yours
    assert (shown.ours, move.deal.number) == ((), "D-1284")
    assert move.text == "You are asked something, or to hand something in: see “Asked of you”"
    assert shown.lead == "1 waits for you, 0 with room to negotiate, 0 with us."


@pytest.mark.parametrize(
    ("dues", "said"),
    [
        ((), "Nothing waits for you."),
        ((-30, 60), "1 overdue, 1 due today; nothing else needs you."),
        ((-30, 60, 60 * 24), "1 overdue, 1 due today; after that Tue 16 June, 11:30."),
        ((60,), "1 answer due today; nothing else needs you."),
    ],
)
def test_the_first_line_of_a_reviewer_tells_late_from_due(cast: Cast, client, dues, said) -> None:
    version = make_version(cast.ines, cast.dana)
    for number, due in enumerate(dues):
        revision = make_revision(make_deal(cast.maya, f"Account {number}", f"D-{number}"))
        make_request(revision, version, [At("finance", 2, due=due, people=(cast.henrik,))])
    client.force_login(cast.henrik)
    with time_machine.travel(THURSDAY, tick=False):
        assert client.get("/").context["home"].lead == said
