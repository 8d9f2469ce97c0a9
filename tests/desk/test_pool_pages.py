"""Pools on the pages: who must agree, taking work, asking one more, watching, nobody to ask."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Decision, Seat, Step, Watch
from approvals.recall import recall
from approvals.submit import submit
from deals.models import Deal
from desk.clocks import now_for
from desk.inbox import reviews_of
from people.models import Authority, User
from tests.approvals.pooling import directors, finance_of, pooled, two_of_three
from tests.brandt import rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
WHY = "She knows this customer's credit."


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def review(user: User, step: Step) -> str:
    return text_of(as_(user).get(f"/reviews/{step.pk}/"))


def test_the_review_says_how_many_of_how_many_agreed_and_who(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    assert "0 of 2 have agreed, 3 are asked" in review(cast.henrik, step)
    rule(step, cast.lena)
    text = review(cast.henrik, step)
    assert "1 of 2 has agreed, 3 are asked" in text
    assert '<b>Lena Vogt</b> <span class="muted">agreed, today' in text
    assert '<b>Priya Raman</b> <span class="muted">has not answered yet</span>' in text
    assert "I take it" not in text
    rule(step, cast.priya)
    assert '<b>Henrik Sørensen</b> <span class="muted">was not needed any more</span>' in review(
        cast.henrik, step
    )


def test_work_open_to_a_pool_is_taken_and_given_back(brandt: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)
    text = review(cast.lena, step)
    assert "Any one of them answers" in text
    assert "I take it" in text

    answer = as_(cast.lena).post(f"/reviews/{step.pk}/take/", follow=True)
    assert "is yours to answer" in text_of(answer)
    text = review(cast.lena, step)
    assert '<b>Lena Vogt</b> <span class="muted">answers it, since today' in text
    assert "Give back" in text
    assert "I take it" not in text
    assert "It does not wait for you any more" in review(cast.henrik, step)

    answer = as_(cast.lena).post(f"/reviews/{step.pk}/give-back/", follow=True)
    assert "open to all of Finance Director again" in text_of(answer)
    assert "I take it" in review(cast.henrik, step)


def test_what_one_person_alone_is_asked_is_not_offered_to_be_taken(brandt: Deal, cast: Cast) -> None:
    assert "I take it" not in review(cast.henrik, finance_of(brandt, cast))


def test_a_refused_taking_says_who_has_it(brandt: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)
    as_(cast.lena).post(f"/reviews/{step.pk}/take/")
    answer = as_(cast.henrik).post(f"/reviews/{step.pk}/take/")
    assert answer.status_code == 403
    assert "Lena Vogt answers this as Finance Director." in text_of(answer)


def test_one_more_person_is_asked_with_a_reason(brandt: Deal, cast: Cast) -> None:
    step = finance_of(brandt, cast)
    said = {"who": str(cast.priya.pk), "place": "beside", "reason": WHY}
    fields = {f"added-{step.pk}-{name}": value for name, value in said.items()}

    answer = as_(cast.henrik).post(f"/reviews/{step.pk}/ask-too/", fields, follow=True)

    assert "Priya Raman is asked too" in text_of(answer)
    text = review(cast.priya, step)
    assert "Henrik Sørensen asked them" in text
    assert "She knows this customer" in text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"reason": ""}, "This field is required."), ({"who": ""}, "This field is required.")],
)
def test_a_refused_addition_comes_back_with_what_was_typed(
    brandt: Deal, cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    step = finance_of(brandt, cast)
    said = {"who": str(cast.priya.pk), "place": "after", "reason": WHY, **changed}
    fields = {f"added-{step.pk}-{name}": value for name, value in said.items()}
    answer = as_(cast.henrik).post(f"/reviews/{step.pk}/ask-too/", fields)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert Seat.objects.filter(step=step).count() == 1


def test_whoever_works_on_the_deal_is_refused_beside_their_name(brandt: Deal, cast: Cast) -> None:
    step = finance_of(brandt, cast)
    as_(cast.maya).post("/deals/D-1284/share/", {"share-person": cast.priya.pk, "share-role": "team"})
    said = {"who": str(cast.priya.pk), "place": "beside", "reason": WHY}
    fields = {f"added-{step.pk}-{name}": value for name, value in said.items()}
    answer = as_(cast.henrik).post(f"/reviews/{step.pk}/ask-too/", fields)
    assert answer.status_code == 422
    assert "Priya Raman is on the deal team of D-1284." in text_of(answer)


def test_a_deal_is_watched_and_left_alone_again(brandt: Deal, cast: Cast) -> None:
    robin = as_(cast.robin)
    assert "Watch this deal" in text_of(robin.get("/deals/D-1284/"))
    answer = robin.post("/deals/D-1284/watch/", follow=True)
    text = text_of(answer)
    assert "You watch D-1284" in text
    assert "Watch this deal" not in text
    assert "Robin Achterberg watches no more" in text
    robin.post("/deals/D-1284/unwatch/")
    assert not Watch.objects.filter(ended_at=None).exists()


def test_the_seller_lets_somebody_watch_who_sees_it_from_then_on(brandt: Deal, cast: Cast) -> None:
    assert as_(cast.elena).get("/deals/D-1284/").status_code == 404
    maya = as_(cast.maya)
    answer = maya.post("/deals/D-1284/watch/", {"who": cast.elena.pk}, follow=True)
    assert "Elena Petrova watches D-1284 now." in text_of(answer)
    text = text_of(as_(cast.elena).get("/deals/D-1284/"))
    assert "Let them watch" not in text
    maya.post("/deals/D-1284/unwatch/", {"who": cast.elena.pk})
    assert as_(cast.elena).get("/deals/D-1284/").status_code == 404


def test_nobody_chosen_to_watch_comes_back(brandt: Deal, cast: Cast) -> None:
    answer = as_(cast.maya).post("/deals/D-1284/watch/", {"who": ""})
    assert answer.status_code == 422
    assert "This field is required." in text_of(answer)


def test_the_queue_shows_why_nobody_can_be_asked(brandt: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).update(until="2026-05-03")
    step = step_of(submit(brandt, by=cast.maya), "finance")
    assert step.reason.startswith("Finance Director, DACH: nobody holds this since 3 May")
    text = text_of(as_(cast.ines).get("/queue/?when=nobody"))
    assert step.reason in text
    assert step.reason in review(cast.ines, step)


def test_the_record_says_who_took_gave_back_and_watched(brandt: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)
    lena = as_(cast.lena)
    lena.post(f"/reviews/{step.pk}/take/")
    lena.post(f"/reviews/{step.pk}/give-back/")
    as_(cast.maya).post("/deals/D-1284/watch/", {"who": cast.elena.pk})
    fields = {"who": str(cast.olaf.pk), "place": "after", "reason": WHY}
    lena.post(
        f"/reviews/{step.pk}/ask-too/", {f"added-{step.pk}-{key}": said for key, said in fields.items()}
    )
    text = text_of(as_(cast.ines).get("/deals/D-1284/record/"))
    for sentence in (
        "took what Finance Director is asked.",
        "gave what Finance Director is asked back to all of them.",
        "lets Elena Petrova watch the deal.",
        "asked Olaf Brandvik too, after Finance Director.",
    ):
        assert sentence in text


def test_the_review_costs_the_same_queries_for_one_seat_as_for_three(brandt: Deal, cast: Cast) -> None:
    def queries(step: Step) -> int:
        client = as_(cast.henrik)
        client.get(f"/reviews/{step.pk}/")
        with CaptureQueriesContext(connection) as read:
            client.get(f"/reviews/{step.pk}/")
        return len(read)

    alone = queries(finance_of(brandt, cast))
    recall(brandt, by=cast.maya)
    assert queries(two_of_three(brandt, cast)) == alone


def test_an_inbox_says_where_it_moves_to_when_the_policy_names_the_people(brandt: Deal, cast: Cast) -> None:
    specialist = (
        '[[specialist]]\nfunction = "finance"\nlevel = "CFO"\n'
        'deal_types = ["New business"]\npeople = ["olaf@helio.example"]\n'
    )
    pooled(cast, more=specialist)
    step = finance_of(brandt, cast)
    (waiting,) = reviews_of(cast.henrik, step.request.version.policy, now_for(cast.henrik))
    assert waiting.then == "Then it moves to CFO."


def test_the_deal_room_says_who_agreed_and_how_many_are_waited_for(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    room = as_(cast.maya)
    text = text_of(room.get("/deals/D-1284/"))
    assert "2 of Henrik Sørensen, Lena Vogt and Priya Raman, by " in text
    rule(step, cast.lena)
    text = text_of(room.get("/deals/D-1284/"))
    assert "Lena Vogt agreed, today" in text
    assert "Henrik Sørensen or Priya Raman, by " in text


def test_the_brief_says_how_many_must_sign(brandt: Deal, cast: Cast) -> None:
    pooled(cast, "quorum = 2\n")
    assert "Too few can sign as Finance Director yet" in text_of(as_(cast.maya).get("/deals/D-1284/brief/"))
    directors(cast.lena, cast.priya)
    text = text_of(as_(cast.maya).get("/deals/D-1284/brief/"))
    assert "2 of Henrik Sørensen, Lena Vogt and Priya Raman, Finance Director" in text
