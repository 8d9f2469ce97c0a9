"""Who takes over, without a database: in order, nobody twice, and every path ends."""

from hypothesis import given
from hypothesis import strategies as st

from approvals.succession import Around, Standing, Successor, successors
from guardrails.escalation import TAKERS, Taker

ANN, BEN, CLEO, DAN, EVA = range(1, 6)
FULL: tuple[Taker, ...] = ("next level", "manager", "manager", "desk")
people = st.integers(1, 8)


def first(takers: tuple[Taker, ...], at: Standing, around: Around) -> Successor | None:
    return next(successors(takers, at, around), None)


def standing(*holders: int, passed: int = 0, rank: int = 1, behind: tuple[int, ...] = ()) -> Standing:
    return Standing(passed, rank, holders, frozenset({*holders, *behind}))


def test_the_next_level_that_has_people_comes_first() -> None:
    around = Around({1: (ANN,), 2: (), 3: (CLEO,)}, {}, ())
    assert first(FULL, standing(ANN), around) == Successor(1, 3, (CLEO,))


def test_who_let_it_run_out_is_not_asked_again_one_level_up() -> None:
    around = Around({1: (ANN,), 2: (ANN, BEN), 3: (ANN,)}, {}, ())
    assert first(FULL, standing(ANN), around) == Successor(1, 2, (BEN,))
    assert first(("next level", "next level", "desk"), standing(BEN, rank=2, behind=(ANN,)), around) is None


def test_managers_of_all_who_held_it_take_over_each_once() -> None:
    around = Around({}, {ANN: CLEO, BEN: CLEO, DAN: EVA}, {CLEO, EVA})
    assert first(("manager", "desk"), standing(ANN, BEN, DAN), around) == Successor(
        1, 1, (CLEO, EVA), manages=True
    )


def test_a_manager_who_cannot_take_it_is_passed_over_and_a_circle_of_managers_ends() -> None:
    around = Around({}, {ANN: BEN, BEN: CLEO, CLEO: ANN}, {ANN, CLEO})
    assert first(("manager", "desk"), standing(ANN), around) == Successor(1, 1, (CLEO,), manages=True)
    assert first(("manager", "desk"), standing(ANN, behind=(CLEO,)), around) is None


def test_a_place_that_has_nobody_is_skipped() -> None:
    around = Around({1: (ANN,)}, {ANN: BEN}, {BEN})
    assert first(FULL, standing(ANN), around) == Successor(2, 1, (BEN,), manages=True)
    assert first(("desk",), standing(ANN), around) is None


@given(
    takers=st.lists(st.sampled_from(TAKERS[:-1]), max_size=6),
    pools=st.dictionaries(st.integers(1, 4), st.lists(people, unique=True).map(tuple)),
    managers=st.dictionaries(people, people),
    able=st.sets(people),
    holders=st.lists(people, min_size=1, unique=True),
)
def test_every_path_ends_with_the_desk_and_asks_nobody_twice(takers, pools, managers, able, holders) -> None:
    path, around = (*takers, "desk"), Around(pools, managers, able)
    at = standing(*holders)
    hand_overs = 0
    while taker := first(path, at, around):
        hand_overs += 1
        assert taker.people
        assert not at.behind & set(taker.people)
        assert at.passed < taker.passed < len(path)
        assert taker.rank >= at.rank
        assert set(taker.people) <= (able if taker.manages else set(pools[taker.rank]))
        at = Standing(taker.passed, taker.rank, taker.people, at.behind | set(taker.people))
    assert hand_overs <= len(takers)
