"""Who acts for whom: chains, circles, depth, scope and edges."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.stand_in import DEPTH, Asking, Away, absence_of, chain, reached_by, stand_in, stand_ins

MONDAY = datetime(2026, 4, 27, tzinfo=UTC)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


def away(user: int, delegate: int | None = None, function: str = "", starts: datetime = MONDAY) -> Away:
    return Away(user, starts, starts + WEEK, delegate, function)


ASKED = ("finance", MONDAY)
CHAINS = {
    "who is there acts": ([], (), 1),
    "a delegate": ([away(1, 2)], (2,), 2),
    "of a delegate": ([away(1, 2), away(2, 3)], (2, 3), 3),
    "nobody was named": ([away(1)], (), None),
    "nor by the delegate": ([away(1, 2), away(2)], (2,), None),
    "a circle of two": ([away(1, 2), away(2, 1)], (2,), None),
    "a circle further on": ([away(1, 2), away(2, 3), away(3, 2)], (2, 3), None),
    "five after one another": ([away(n, n + 1) for n in range(1, 6)], (2, 3, 4, 5, 6), 6),
    "a sixth is too far": ([away(n, n + 1) for n in range(1, 7)], (2, 3, 4, 5, 6), None),
    "for another function": ([away(1, 2, "legal")], (), 1),
    "one for the function before one for all": ([away(1, 2, "finance"), away(1, 3)], (2,), 2),
    "one with a delegate before one without": ([away(1, 2), away(1, None, "finance")], (2,), 2),
    "the later of two alike": ([away(1, 2), away(1, 3)], (3,), 3),
}


@pytest.mark.parametrize(("absences", "links", "acts"), CHAINS.values(), ids=CHAINS)
def test_the_chain_is_followed(absences: list[Away], links: tuple[int, ...], acts: int | None) -> None:
    assert chain(absences, 1, *ASKED) == links
    assert stand_in(absences, 1, *ASKED) == acts


def test_the_first_instant_belongs_to_it_and_the_last_one_no_more() -> None:
    absences = [away(1, 2)]
    edges = (MONDAY - INSTANT, MONDAY, MONDAY + WEEK - INSTANT, MONDAY + WEEK)
    assert [stand_in(absences, 1, "finance", at) for at in edges] == [1, 2, 2, 1]


@pytest.mark.parametrize("out", [2, 3])
def test_nobody_acts_past_a_link_that_may_not_decide(out: int) -> None:
    assert stand_in([away(1, 2), away(2, 3)], 1, *ASKED, out={out}) is None


def asking(**more: object) -> Asking:
    return Asking(*ASKED, **more)  # type: ignore[arg-type]


def test_whoever_is_asked_themselves_acts_for_nobody_else() -> None:
    assert stand_ins([away(1, 2)], [1, 2], asking()) == {2: 2}


def test_nobody_acts_for_two_and_who_had_them_keeps_them() -> None:
    absences = [away(1, 3), away(2, 3)]
    assert stand_ins(absences, [1, 2], asking()) == {1: 3}
    assert stand_ins(absences, [1, 2], asking(so_far={2: 3})) == {2: 3}


def test_who_has_answered_acts_for_nobody_any_more() -> None:
    assert stand_ins([away(1, 3)], [1, 2], asking(busy={3})) == {2: 2}


def test_work_may_come_from_everyone_before_in_a_chain() -> None:
    absences = [away(1, 2), away(2, 3), away(4, 5), away(3, 1)]
    assert reached_by(absences, 3) == {1, 2, 3}
    assert reached_by(absences, 9) == {9}


people = st.integers(1, 8)
rows = st.builds(
    Away,
    user=people,
    starts=st.integers(-9, 3).map(lambda days: MONDAY + timedelta(days=days)),
    ends=st.integers(-2, 9).map(lambda days: MONDAY + timedelta(days=days)),
    delegate=st.none() | people,
    function=st.sampled_from(["", "finance", "legal"]),
)


@given(st.lists(rows, max_size=20), people, st.sets(people, max_size=3))
def test_a_chain_ends_whatever_was_written_down(absences: list[Away], user: int, out: set[int]) -> None:
    links = chain(absences, user, *ASKED)
    assert len(links) <= DEPTH
    assert len({user, *links}) == len(links) + 1
    acts = stand_in(absences, user, *ASKED, out)
    if acts is not None:
        assert absence_of(absences, acts, *ASKED) is None
        assert acts == (links or (user,))[-1]
        assert not out.intersection(links)


@given(st.lists(rows, max_size=20), st.lists(people, unique=True), st.sets(people, max_size=3))
def test_each_acts_once_and_nobody_who_is_away(absences: list[Away], asked: list[int], out: set[int]) -> None:
    acts = stand_ins(absences, asked, asking(out=out))
    assert len(set(acts.values())) == len(acts)
    assert set(acts) <= set(asked)
    for user, actor in acts.items():
        assert stand_in(absences, user, *ASKED, out) == actor
    there = {user for user in asked if absence_of(absences, user, *ASKED) is None}
    assert there <= {user for user, actor in acts.items() if actor == user}
