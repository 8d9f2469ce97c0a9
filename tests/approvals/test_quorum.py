"""What filled seats come to, whatever the order in which they were filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.quorum import Place, standing

YES, NO, OPEN = Place(True), Place(False), Place(None)


def added(agreed: bool | None, turn: int = 1) -> Place:
    return Place(agreed, added=True, turn=turn)


@pytest.mark.parametrize(
    ("seats", "needed", "expected"),
    [
        ([OPEN], 1, "open"),
        ([YES], 1, "agreed"),
        ([NO], 1, "declined"),
        # everyone of three
        ([YES, YES, OPEN], 3, "open"),
        ([YES, YES, YES], 3, "agreed"),
        ([YES, NO, OPEN], 3, "declined"),
        # two of three
        ([YES, OPEN, OPEN], 2, "open"),
        ([NO, OPEN, OPEN], 2, "open"),
        ([YES, NO, OPEN], 2, "open"),
        ([YES, NO, YES], 2, "agreed"),
        ([YES, YES, OPEN], 2, "agreed"),
        ([NO, NO, OPEN], 2, "declined"),
        # one added beside the pool
        ([YES, added(None)], 1, "open"),
        ([OPEN, added(True)], 1, "open"),
        ([YES, added(True)], 1, "agreed"),
        ([YES, added(False)], 1, "declined"),
        ([OPEN, added(False)], 1, "declined"),
        ([NO, YES, added(True)], 2, "declined"),
        # one added after it
        ([OPEN, added(None, 2)], 1, "open"),
        ([YES, added(None, 2)], 1, "after"),
        ([YES, added(None), added(None, 2)], 1, "open"),
        ([YES, added(True, 2)], 1, "agreed"),
        ([YES, added(False, 2)], 1, "declined"),
    ],
)
def test_seats_come_to(seats: list[Place], needed: int, expected: str) -> None:
    assert standing(seats, needed) == expected


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=7), st.data())
def test_n_of_m_is_declined_exactly_when_n_can_no_longer_agree(
    answers: list[bool | None], data: st.DataObject
) -> None:
    needed = data.draw(st.integers(1, len(answers)))
    found = standing([Place(answer) for answer in answers], needed)
    assert (found == "declined") == (len(answers) - answers.count(False) < needed)
    assert (found == "agreed") == (answers.count(True) >= needed)


@given(st.permutations([YES, NO, OPEN, added(True), added(None, 2)]))
def test_the_order_of_the_seats_says_nothing(seats: list[Place]) -> None:
    assert standing(seats, 1) == "after"
