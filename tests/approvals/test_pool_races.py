"""Several people of one pool at the same instant, each on a real connection."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from approvals.add_approver import add_approver
from approvals.claim import claim, unclaim
from approvals.decide import Ruling, decide
from approvals.models import Decision, Mandate, Request, Seat, Step
from base.errors import DomainError
from deals.models import Deal
from ledger.models import Event
from ledger.verify import verify
from people.models import User
from tests.approvals.pooling import asked, directors, finance_of, pooled, status, two_of_three
from tests.brandt import rule, step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
Verdict = Decision.Verdict
AGREE = Ruling(verdict=Verdict.AGREE)
DECLINE = Ruling(verdict=Verdict.DECLINE, reason="No.")


def up_to(discount: str) -> Ruling:
    return Ruling(verdict=Verdict.UP_TO, limits={"discount": D(discount)})


def answering(step: Step, by: User, ruling: Ruling = AGREE) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=ruling, seen=step.terms_hash)


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted("refused" if isinstance(one, DomainError) else type(one).__name__ for one in outcomes)


def others_agree(step: Step, cast: Cast) -> None:
    rule(step_of(step.request, "legal"), cast.tomas)
    rule(step_of(step.request, "operations"), cast.jiwoo)


def test_two_seats_of_one_step_decided_at_the_same_instant_both_count(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step = two_of_three(brandt, cast)
    others_agree(step, cast)

    outcomes = race(answering(step, cast.lena, up_to("20.0")), answering(step, cast.priya, up_to("18.0")))

    assert kinds(outcomes) == ["Decision", "Decision"]
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED
    limits = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert limits["discount"] == D("18.0")
    assert verify(brandt.stream).faults == ()


def test_three_for_two_seats_leave_two_decisions_and_one_refusal(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step = two_of_three(brandt, cast)

    outcomes = race(*(answering(step, user) for user in (cast.henrik, cast.lena, cast.priya)))

    assert kinds(outcomes) == ["Decision", "Decision", "refused"]
    step.refresh_from_db()
    assert (step.status, step.decisions.count()) == (Step.Status.AGREED, 2)
    assert Event.objects.filter(kind="decision.made").count() == 2


def test_the_last_two_who_could_agree_decline_and_the_request_ends_once(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step = two_of_three(brandt, cast)

    outcomes = race(*(answering(step, user, DECLINE) for user in (cast.lena, cast.priya)))

    assert kinds(outcomes) == ["Decision", "Decision"]
    assert status(step.request) == Request.Status.DECLINED
    assert Event.objects.filter(kind="request.declined").count() == 1


def test_two_people_take_one_step_and_one_has_it(race: Race, brandt: Deal, cast: Cast) -> None:
    directors(cast.lena, cast.priya)
    step = finance_of(brandt, cast)

    outcomes = race(lambda: claim(step, by=cast.lena), lambda: claim(step, by=cast.priya))

    assert kinds(outcomes) == ["Seat", "refused"]
    winner = next(one for one in outcomes if isinstance(one, Seat)).held_by
    assert winner is not None
    assert step.seats.get().held_by == winner
    assert asked(step) == [winner.email.partition("@")[0]]
    assert Event.objects.filter(kind="step.claimed").count() == 1


def test_taking_and_deciding_at_the_same_instant_leave_one_answer_at_most(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)

    taken, decided = race(lambda: claim(step, by=cast.lena), answering(step, cast.henrik))

    step.refresh_from_db()
    if isinstance(decided, Decision):
        assert isinstance(taken, DomainError)
        assert (step.status, asked(step)) == (Step.Status.AGREED, [])
    else:
        assert isinstance(taken, Seat)
        assert (step.status, asked(step)) == (Step.Status.OPEN, ["lena"])
        assert not Decision.objects.exists()
    assert verify(brandt.stream).faults == ()


def test_giving_back_while_deciding_never_leaves_the_seat_to_two(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)
    claim(step, by=cast.lena)

    back, decided = race(lambda: unclaim(step, by=cast.lena), answering(step, cast.lena))

    step.refresh_from_db()
    assert isinstance(decided, Decision)  # given back, it is still open to her
    assert kinds([back]) in (["Seat"], ["refused"])
    assert (step.status, step.decisions.count(), asked(step)) == (Step.Status.AGREED, 1, [])


def test_adding_somebody_while_the_last_one_decides_asks_them_or_is_refused(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    pooled(cast, 'quorum = "everyone"\n')
    directors(cast.lena)
    step = finance_of(brandt, cast)
    rule(step, cast.henrik)

    added, decided = race(
        lambda: add_approver(step, by=cast.lena, who=cast.olaf, reason="He knows the site."),
        answering(step, cast.lena),
    )

    step.refresh_from_db()
    assert isinstance(decided, Decision)
    if isinstance(added, Seat):
        assert (step.status, asked(step)) == (Step.Status.OPEN, ["olaf"])
    else:
        assert (step.status, asked(step)) == (Step.Status.AGREED, [])
