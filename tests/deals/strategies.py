"""Any ask that a draft may hold."""

from decimal import Decimal as D

from hypothesis import strategies as st

from deals.terms import Ask, Line, Terms
from guardrails.metric import METRICS
from tests.deals.brandt import FRAME, POLICY

FINEST = D("0.000001")
RANGES = {
    "payment_days": (0, 120),
    "invoices_per_year": (1, 12),
    "term_months": (1, 60),
    "free_months": (0, 12),
    "price_rise": (0, 10),
    "custom_days": (0, 60),
    "weeks_to_live": (1, 40),
}


def exact(least: int, most: int, places: int) -> st.SearchStrategy[D]:
    return st.integers(least * 10**places, most * 10**places).map(lambda n: D(n).scaleb(-places))


@st.composite
def discounts(draw: st.DrawFn) -> tuple[D, D]:
    places = draw(st.sampled_from([0, 1, 6]))
    ends = draw(st.lists(exact(-100, 100, places), min_size=2, max_size=2))
    return min(ends), max(ends)


@st.composite
def priced_lines(draw: st.DrawFn) -> list[tuple[Line, D]]:
    """Lines at target, each with its walk-away discount."""
    found = []
    for place in range(draw(st.integers(1, 5))):
        target, walk_away = draw(discounts())
        line = Line(
            key=f"line-{place}",
            product=draw(st.sampled_from(["seat", "site", "day"])),
            name="Something",
            family=draw(st.sampled_from(POLICY.families)),
            per="year",
            recurring=draw(st.booleans()),
            quantity=draw(exact(1, 500, draw(st.sampled_from([0, 4])))),
            list_price=draw(st.one_of(exact(0, 1, 4), exact(0, 50000, 2))),
            tier=draw(exact(0, 20, 0)),
            cost=draw(exact(0, 20000, 2)),
            floor=draw(exact(0, 20000, 2)),
            discount=target,
        )
        found.append((line, walk_away))
    return found


@st.composite
def asks(draw: st.DrawFn, same_length: bool = False) -> Ask:
    """`same_length`: both ends run and are free for as long."""
    pairs = draw(priced_lines())
    target, walk_away = {}, {}
    for key, (least, most) in RANGES.items():
        ends = sorted(draw(st.tuples(*[exact(least, most, 1 if key == "price_rise" else 0)] * 2)))
        if same_length and key in ("term_months", "free_months"):
            ends[1] = ends[0]
        target[key], walk_away[key] = ends if METRICS[key].sign > 0 else reversed(ends)
    fee, rate = draw(exact(0, 20, 2)), draw(exact(1, 3, 8))
    positions = {clause.key: draw(positions_of(len(clause.positions))) for clause in POLICY.clauses}
    return Ask(
        Terms(FRAME, rate, tuple(line for line, _ in pairs), target, named(positions, 0), fee),
        Terms(FRAME, rate, tuple(moved(*pair) for pair in pairs), walk_away, named(positions, 1), fee),
    )


def positions_of(count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, count), min_size=2, max_size=2).map(sorted)


def named(positions: dict[str, list[int]], end: int) -> dict[str, str | None]:
    """The last place is own wording."""
    return {
        clause.key: clause.positions[place].key if place < len(clause.positions) else None
        for clause in POLICY.clauses
        for place in [positions[clause.key][end]]
    }


def moved(line: Line, discount: D) -> Line:
    return Line(**{**{name: getattr(line, name) for name in Line.__slots__}, "discount": discount})
