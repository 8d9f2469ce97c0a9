"""At quarter end what opens has less time and more people; what was open before has neither."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from approvals.errors import NotAsked, OwnDeal
from approvals.haste import allowance_at
from approvals.models import Step
from approvals.preview import preview
from approvals.reassign import reassign
from approvals.submit import submit
from deals.models import Deal
from guardrails.models import QuarterEnd
from guardrails.switch_quarter_end import Member, Wanted, switch_off, switch_on
from ledger.sweep import sweep
from tests.approvals.pooling import asked
from tests.brandt import make_brandt, rule, step_of
from tests.cast import Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
CLOSE = Wanted(
    name="June close",
    since=date(2026, 6, 9),
    until=date(2026, 6, 11),
    functions=("finance",),
    percent=50,
    reason="The quarter ends.",
)
TUESDAY = MONDAY + timedelta(days=1)
AFTER = MONDAY + timedelta(days=4)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield


@pytest.fixture
def brandt(cast: Cast) -> Deal:
    with at(MONDAY):
        return make_brandt(cast)


def on(cast: Cast, wanted: Wanted = CLOSE) -> QuarterEnd:
    with at(MONDAY):
        return switch_on(replace(wanted, members=(Member("finance", 2, cast.lena),)), by=cast.ines)


def sent(deal: Deal, cast: Cast, moment: datetime) -> Step:
    with at(moment):
        return step_of(submit(deal, by=cast.maya), "finance")


def fresh(step: Step) -> Step:
    return Step.objects.select_related("request__version", "deal", "quarter_end").get(pk=step.pk)


def test_what_opens_in_it_has_part_of_the_time_and_its_members(brandt: Deal, cast: Cast) -> None:
    june = on(cast)
    step = sent(brandt, cast, TUESDAY)
    assert (step.allowance, step.remaining, step.quarter_end) == (360, 360, june)
    assert step.due_at == TUESDAY + timedelta(hours=6)
    assert asked(step) == ["henrik", "lena"]
    legal = step_of(step.request, "legal")
    assert (legal.allowance, legal.quarter_end) == (960, None)
    assert step.quarter_end and step.quarter_end.words == "June close: half the usual time"


def test_what_opens_before_or_after_it_is_as_usual(brandt: Deal, cast: Cast) -> None:
    on(cast)
    before = sent(brandt, cast, MONDAY)
    assert (before.allowance, before.quarter_end, asked(before)) == (720, None, ["henrik"])
    assert [allowance_at(before, moment) for moment in (MONDAY, TUESDAY, AFTER)] == [720, 360, 720]
    with at(TUESDAY), pytest.raises(NotAsked):
        rule(before, cast.lena)
    assert fresh(before).status == Step.Status.OPEN


def test_who_may_decide_too_may_as_long_as_the_step_is_open(brandt: Deal, cast: Cast) -> None:
    june = on(cast)
    step = sent(brandt, cast, TUESDAY)
    with at(TUESDAY + timedelta(minutes=5)):
        switch_off(june, by=cast.ines)
        assert rule(fresh(step), cast.lena).level == 2
    assert fresh(step).status == Step.Status.AGREED


def test_a_member_of_the_deal_team_is_not_asked_and_decides_nothing(brandt: Deal, cast: Cast) -> None:
    on(cast)
    step = sent(brandt, cast, TUESDAY)
    Deal.objects.filter(pk=brandt.pk).update(owner=cast.lena)
    with at(TUESDAY), pytest.raises(OwnDeal):
        rule(fresh(step), cast.lena)
    assert fresh(step).status == Step.Status.OPEN


def test_a_hand_over_after_it_keeps_to_what_the_step_opened_in(brandt: Deal, cast: Cast) -> None:
    on(cast)
    step = sent(brandt, cast, TUESDAY)
    with at(AFTER):
        sweep(AFTER)
    handed = fresh(step)
    assert (asked(handed), handed.held_level, handed.allowance) == (["dana"], 3, 480)


def test_the_desk_gives_it_to_a_member(brandt: Deal, cast: Cast) -> None:
    on(cast)
    step = sent(brandt, cast, TUESDAY)
    with at(TUESDAY):
        reassign(fresh(step), by=cast.ines, to=cast.lena, reason="She knows them.")
        assert rule(fresh(step), cast.lena).agrees


def test_the_preview_says_what_is_in_force(brandt: Deal, cast: Cast) -> None:
    on(cast)
    usual, short = (preview(brandt, by=cast.maya, at=moment) for moment in (MONDAY, TUESDAY))
    assert [_finance(one) for one in (usual, short)] == [
        (720, (cast.henrik.pk,)),
        (360, (cast.henrik.pk, cast.lena.pk)),
    ]
    assert short.answers["finance"] == TUESDAY + timedelta(hours=6)
    assert {key: each.name for key, each in short.judgement.haste.quarter_ends.items()} == {
        "finance": "June close"
    }


def _finance(seen) -> tuple[int, tuple[int, ...]]:
    return next(
        (step.allowance, step.pool) for step in seen.judgement.plan.steps if step.function == "finance"
    )
