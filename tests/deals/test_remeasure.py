from decimal import Decimal as D

import pytest

from deals.economics import measure
from deals.remeasure import remeasure_for
from guardrails.headroom import headroom
from guardrails.measured import Measured
from tests.deals.brandt import BRANDT, POLICY, WALK_AWAY, WORLD


def at(**limits: D | str) -> Measured | None:
    named = {key.replace("__", ":"): value for key, value in limits.items()}
    return remeasure_for(BRANDT, POLICY, WORLD)(named)


def test_it_measures_the_corner() -> None:
    measured = at(discount=D("20.0"), payment_days=D(45))
    assert measured is not None
    assert (measured.values["discount"], measured.values["margin"]) == (D("20.0"), D("58.9"))
    assert at() == measure(WALK_AWAY, POLICY, WORLD)


@pytest.mark.parametrize(
    ("limits", "possible"),
    [
        ({"payment_days": D(30)}, True),
        ({"payment_days": D(29)}, False),  # the target itself asks for 30
        ({"weeks_to_live": D(15)}, True),
        ({"weeks_to_live": D(16)}, False),
        ({"discount": D("12.6")}, True),
        ({"discount": D("12.5")}, False),
        ({"discount_deepest": D("16.0")}, True),
        ({"discount_deepest": D("15.9")}, False),
        ({"clause__liability": "standard"}, True),
        ({"clause__law": "fallback-1"}, True),
    ],
)
def test_an_ask_cannot_go_where_its_target_lies_past(limits: dict[str, D | str], possible: bool) -> None:
    assert (at(**limits) is not None) is possible


def test_headroom_is_found_with_it_and_holds() -> None:
    reliefs = headroom(
        measure(WALK_AWAY, POLICY, WORLD), POLICY, remeasure=remeasure_for(BRANDT, POLICY, WORLD)
    )
    found = {(relief.function, relief.to_level): dict(relief.changes) for relief in reliefs}
    assert found["legal", 0] == {"clause:liability": "standard"}
    assert D(found["finance", 1]["discount"]) <= D("20.0")
    assert found["finance", 1]["payment_days"] == 45
