"""Standing in: work that opens while somebody is away, moves as they go and comes back as they do."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
import time_machine

from approvals.absence import Window, end_absence
from approvals.claim import claim, unclaim
from approvals.decide_all import Said, decide_all
from approvals.errors import NotAsked, OwnDeal
from approvals.models import Decision, Seat, Step
from approvals.question import answer_question, ask_question
from approvals.submit import submit
from deals.models import Deal
from deals.share import share
from ledger.models import Event
from ledger.verify import verify
from people.models import Authority, User
from tests.approvals.leaving import MONDAY, UNTIL, WEEK, leave, sweep_at, work
from tests.approvals.pooling import directors, finance_of, pooled, two_of_three
from tests.approvals.test_decide import AGREE
from tests.brandt import make_brandt, rule, step_of
from tests.cast import Cast

TOMORROW = MONDAY + timedelta(days=1)
Made = TypeVar("Made")


@pytest.fixture
def monday(cast: Cast) -> Deal:
    return at_monday(lambda: make_brandt(cast))


def at_monday(act: Callable[[], Made]) -> Made:
    with time_machine.travel(MONDAY, tick=False):
        return act()


def sees(user: User, deal: Deal) -> bool:
    return Deal.objects.visible_to(user).filter(pk=deal.pk).exists()


def told(step: Step) -> list[str]:
    events = Event.objects.of(step.deal.stream).filter(kind__startswith="step.")
    return [event.kind.partition(".")[2] for event in events if event.facts["step"] == step.pk]


def stands(step: Step) -> Step:
    step.refresh_from_db()
    return step


def test_what_opens_meanwhile_is_asked_of_who_stands_in_and_both_names_stay(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: leave(cast.henrik, cast.olaf))
    step = at_monday(lambda: finance_of(monday, cast))
    assert work(step) == [("Olaf", "Henrik")]
    assert sees(cast.olaf, monday)

    decision = at_monday(lambda: rule(step, cast.olaf))

    assert (decision.by, decision.acting_for, decision.level) == (cast.olaf, cast.henrik, 2)
    event = Event.objects.get(kind="decision.made")
    assert (event.actor, event.acting_for) == (cast.olaf, cast.henrik)
    assert stands(step).status == Step.Status.AGREED
    assert (sees(cast.olaf, monday), sees(cast.henrik, monday)) == (True, True)
    assert verify(monday.stream).faults == ()


def test_open_work_moves_as_the_absence_begins_and_comes_back_as_it_ends_once_each(
    monday: Deal, cast: Cast
) -> None:
    step = at_monday(lambda: finance_of(monday, cast))
    later = Window(TOMORROW, TOMORROW + timedelta(hours=2))
    at_monday(lambda: leave(cast.henrik, cast.olaf, later, by=cast.ines))
    sweep_at(TOMORROW - timedelta(minutes=1))
    assert work(step) == [("Henrik", "")]

    for _ in range(2):
        sweep_at(TOMORROW)
        assert work(step) == [("Olaf", "Henrik")]
    assert (sees(cast.olaf, monday), sees(cast.henrik, monday)) == (True, True)

    for _ in range(2):
        sweep_at(later.ends)
        assert work(step) == [("Henrik", "")]
    assert (sees(cast.olaf, monday), sees(cast.henrik, monday)) == (False, True)
    assert told(step) == ["opened", "reminded", "stood_in", "came_back"]
    assert stands(step).run == 1


def test_ending_it_early_gives_open_work_back_and_leaves_what_was_decided(monday: Deal, cast: Cast) -> None:
    absence, tomas = at_monday(lambda: (leave(cast.henrik, cast.olaf), leave(cast.tomas, cast.grace)))
    step = at_monday(lambda: finance_of(monday, cast))
    legal = step_of(step.request, "legal")
    at_monday(lambda: rule(legal, cast.grace))
    at_monday(lambda: (end_absence(absence, by=cast.ines), end_absence(tomas, by=cast.tomas)))
    sweep_at(MONDAY)
    assert work(step) == [("Henrik", "")]
    assert stands(legal).decisions.get().acting_for == cast.tomas
    assert (sees(cast.olaf, monday), sees(cast.grace, monday)) == (False, True)


def test_the_chain_is_followed_and_followed_back(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: leave(cast.henrik, cast.olaf))
    step = at_monday(lambda: finance_of(monday, cast))
    short = Window(TOMORROW, TOMORROW + timedelta(hours=1))
    at_monday(lambda: leave(cast.olaf, cast.mei, short))
    sweep_at(short.starts)
    assert work(step) == [("Mei", "Henrik")]
    sweep_at(short.ends)
    assert work(step) == [("Olaf", "Henrik")]


def test_nobody_acts_who_works_on_the_deal_or_for_whom_they_would_act_does(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: share(monday, with_=cast.olaf, role="team", by=cast.maya, at=MONDAY))
    at_monday(lambda: (leave(cast.henrik, cast.olaf), leave(cast.olaf, cast.mei)))
    step = at_monday(lambda: finance_of(monday, cast))
    assert (step.status, work(step)) == (Step.Status.UNROUTABLE, [])
    assert step.reason == f"Finance Director, DACH: Henrik Sørensen {UNTIL}."


def test_who_joins_the_deal_team_after_it_was_assigned_is_refused(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: (leave(cast.henrik, cast.olaf), leave(cast.olaf, cast.mei)))
    step = at_monday(lambda: finance_of(monday, cast))
    at_monday(lambda: share(monday, with_=cast.olaf, role="team", by=cast.maya, at=MONDAY))
    with pytest.raises(OwnDeal, match="act for somebody of the deal team of D-1284"):
        at_monday(lambda: rule(step, cast.mei))
    assert (stands(step).status, Decision.objects.count()) == (Step.Status.OPEN, 0)


def test_with_nobody_to_stand_in_the_others_of_the_pool_are_left(monday: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = at_monday(lambda: finance_of(monday, cast))
    at_monday(lambda: claim(step, by=cast.henrik))
    short = Window(MONDAY, MONDAY + timedelta(hours=2))
    at_monday(lambda: leave(cast.henrik, window=short, by=cast.dana))
    sweep_at(MONDAY)
    assert work(step) == [("Lena", "")]
    sweep_at(short.ends)
    assert work(step) == [("Henrik", ""), ("Lena", "")]


def test_a_step_that_had_nobody_is_asked_as_soon_as_somebody_stands_in(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: finance_of(monday, cast))
    absence = at_monday(lambda: leave(cast.henrik))
    sweep_at(MONDAY)
    assert (stands(step).status, step.reason) == (
        Step.Status.UNROUTABLE,
        f"Finance Director, DACH: Henrik Sørensen {UNTIL}.",
    )
    at_monday(lambda: (end_absence(absence, by=cast.henrik), leave(cast.henrik, cast.lena)))
    sweep_at(MONDAY)
    assert (stands(step).status, work(step)) == (Step.Status.OPEN, [("Lena", "Henrik")])


def test_one_person_never_fills_two_seats_by_standing_in(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: two_of_three(monday, cast))
    at_monday(lambda: (leave(cast.priya, cast.lena), leave(cast.henrik, cast.lena)))
    sweep_at(MONDAY)
    assert work(step) == [("Lena", "")]
    at_monday(lambda: rule(step, cast.lena))
    stands(step)
    assert (step.status, work(step)) == (Step.Status.UNROUTABLE, [])
    assert step.reason == (
        "Finance Director, DACH: 2 must agree and only 1 can be asked: "
        f"Henrik Sørensen {UNTIL}; Priya Raman {UNTIL}."
    )
    sweep_at(WEEK.ends)
    assert (stands(step).status, work(step)) == (Step.Status.OPEN, [("Henrik", ""), ("Priya", "")])
    with time_machine.travel(WEEK.ends, tick=False):
        rule(step, cast.priya)
    assert stands(step).status == Step.Status.AGREED


def test_a_seat_that_somebody_holds_is_filled_for_them(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: two_of_three(monday, cast))
    at_monday(lambda: leave(cast.priya, cast.olaf))
    sweep_at(MONDAY)
    assert work(step) == [("Henrik", ""), ("Lena", ""), ("Olaf", "Priya")]
    at_monday(lambda: (rule(step, cast.olaf), rule(step, cast.henrik)))
    assert stands(step).status == Step.Status.AGREED
    seat = Seat.objects.get(step=step, held_by=cast.priya)
    assert (seat.decision.by, seat.decision.acting_for) == (cast.olaf, cast.priya)


def test_what_is_taken_while_standing_in_is_kept_for_whose_it_is(monday: Deal, cast: Cast) -> None:
    directors(cast.lena)
    absence = at_monday(lambda: leave(cast.henrik, cast.olaf))
    step = at_monday(lambda: finance_of(monday, cast))
    assert work(step) == [("Lena", ""), ("Olaf", "Henrik")]
    assert at_monday(lambda: claim(step, by=cast.olaf)).held_by == cast.henrik
    assert work(step) == [("Olaf", "Henrik")]
    at_monday(lambda: unclaim(step, by=cast.olaf))
    assert work(step) == [("Lena", ""), ("Olaf", "Henrik")]
    at_monday(lambda: (claim(step, by=cast.olaf), end_absence(absence, by=cast.henrik)))
    sweep_at(MONDAY)
    assert work(step) == [("Henrik", "")]


def test_whose_authority_has_ended_has_nobody_decide_for_them(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: leave(cast.henrik, cast.olaf))
    step = at_monday(lambda: finance_of(monday, cast))
    Authority.objects.filter(user=cast.henrik).update(until=MONDAY.date())
    with pytest.raises(NotAsked, match="Henrik Sørensen does not decide as Finance Director any more"):
        at_monday(lambda: rule(step, cast.olaf))
    assert not Decision.objects.exists()


def test_at_the_instant_of_the_return_it_is_theirs_before_any_sweep(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: leave(cast.henrik, cast.olaf))
    step = at_monday(lambda: finance_of(monday, cast))
    with pytest.raises(NotAsked, match="You are away until 15 June; Olaf Brandvik answers for you"):
        at_monday(lambda: rule(step, cast.henrik))
    with time_machine.travel(WEEK.ends, tick=False):
        with pytest.raises(NotAsked, match="Henrik Sørensen is back and answers this"):
            rule(step, cast.olaf)
        decision = rule(step, cast.henrik)
    assert (decision.by, decision.acting_for) == (cast.henrik, None)
    assert work(step) == []


def test_an_absence_for_one_function_leaves_the_others_where_they_are(monday: Deal, cast: Cast) -> None:
    Authority.objects.create(user=cast.henrik, function="legal", level=1, since=MONDAY.date())
    at_monday(lambda: leave(cast.henrik, cast.olaf, function="legal"))
    step = at_monday(lambda: finance_of(monday, cast))
    assert work(step) == [("Henrik", "")]
    assert work(step_of(step.request, "legal")) == [("Olaf", "Henrik"), ("Tomás", "")]


def test_one_screen_answers_for_two_people_at_once(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: (leave(cast.henrik, cast.olaf), leave(cast.tomas, cast.olaf)))
    request = at_monday(lambda: submit(monday, by=cast.maya))
    steps = [step_of(request, "finance"), step_of(request, "legal")]
    said = [Said(step, AGREE, step.terms_hash) for step in steps]
    made = at_monday(lambda: decide_all(said, by=cast.olaf))
    assert [one.acting_for for one in made] == [cast.henrik, cast.tomas]


def test_a_question_waits_for_its_answer_before_the_work_moves(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: finance_of(monday, cast))
    question = at_monday(lambda: ask_question(step, by=cast.henrik, to=cast.maya, text="Why?"))
    at_monday(lambda: leave(cast.henrik, cast.olaf))
    sweep_at(MONDAY)
    assert work(step) == [("Henrik", "")]
    at_monday(lambda: answer_question(question, by=cast.maya, text="Peak season."))
    assert work(step) == [("Olaf", "Henrik")]


def test_a_hand_over_reaches_who_stands_in_above(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: (leave(cast.henrik, cast.olaf), leave(cast.dana, cast.mei)))
    step = at_monday(lambda: finance_of(monday, cast))
    assert step.due_at
    sweep_at(step.due_at)
    assert (stands(step).held_level, work(step)) == (3, [("Mei", "Dana")])


def test_where_everyone_must_agree_who_is_away_is_waited_for(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: pooled(cast, 'quorum = "everyone"\n'))
    directors(cast.lena)
    step = at_monday(lambda: finance_of(monday, cast))
    at_monday(lambda: leave(cast.lena))
    sweep_at(MONDAY)
    at_monday(lambda: rule(step, cast.henrik))
    assert (stands(step).status, work(step)) == (Step.Status.UNROUTABLE, [])
    assert step.reason == f"Finance Director, DACH: Lena Vogt {UNTIL}."
    sweep_at(WEEK.ends)
    assert (stands(step).status, work(step)) == (Step.Status.OPEN, [("Lena", "")])
