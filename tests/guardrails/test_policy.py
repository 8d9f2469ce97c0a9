from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any

import pytest

from guardrails.measured import Frame
from guardrails.policy import (
    Clause,
    Economics,
    FunctionRule,
    Ladder,
    Level,
    Policy,
    Position,
    Rung,
    Scope,
    Senseless,
)
from tests.guardrails.policies import BRANDT, DEMO, ladder, small

HOME = Position("home", "Home", "", 0)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: ladder("a", "discount"), "at least one rung"),
        (
            lambda: ladder("a", "discount", ("20.0", 1), ("10.0", 2)),
            "rungs must grow riskier: 10.0 is not higher",
        ),
        (
            lambda: ladder("a", "discount", ("20.0", 1), ("20.0", 2)),
            "rungs must grow riskier: 20.0 is not higher",
        ),
        (
            lambda: ladder("a", "margin", ("50.0", 1), ("60.0", 2)),
            "rungs must grow riskier: 60.0 is not lower",
        ),
        (lambda: ladder("a", "discount", ("10.0", 2), ("20.0", 1)), "levels must rise"),
        (lambda: ladder("a", "discount", ("10.0", 2), ("20.0", 2)), "levels must rise"),
        (lambda: ladder("a", "discount", ("10.0", None), ("20.0", 2)), "never comes last"),
        (lambda: ladder("a", "discount", ("10.0", None)), "only never rungs"),
        (lambda: ladder("a", "discount", ("10.05", 1)), "finer than the step"),
        (lambda: ladder("a", "discount", ("10.0", 0)), "level 1 or higher"),
        (lambda: ladder("a", "discount", ("10.0", 1), unknown=0), "unknown is a finding"),
        (lambda: ladder("A b", "discount", ("10.0", 1)), "is no key"),
        (lambda: ladder("a", "margin", ("10.0", 1), families=("Platform",)), "never of one family"),
        (lambda: Rung(Decimal("Infinity"), 1), "is not a number"),
        (lambda: Scope(regions=("DACH", "DACH")), "“DACH” is there twice"),
        (lambda: Position("home", "Home", "", -1), "0 or higher"),
        (lambda: Position("home", "", "", 0), "is no name"),
        (lambda: Position("home", "Home", "", 0, {"discount": Decimal(1)}), "a clause cannot set it"),
        (lambda: Position("home", "Home", "", 0, {"exit_month": Decimal("1.5")}), "finer than the step"),
        (lambda: Clause("law", "Law", "legal", ()), "the standard one"),
        (lambda: Clause("law", "Law", "legal", (replace(HOME, level=1),)), "the standard one"),
        (lambda: Clause("law", "Law", "legal", (HOME, HOME)), "position “home” is there twice"),
        (
            lambda: Clause(
                "law",
                "Law",
                "legal",
                (HOME, replace(HOME, key="b", level=2), replace(HOME, key="c", level=1)),
            ),
            "levels must not fall",
        ),
        (
            lambda: Clause(
                "law",
                "Law",
                "legal",
                (HOME, replace(HOME, key="b", level=None), replace(HOME, key="c", level=1)),
            ),
            "never comes last",
        ),
        (
            lambda: Clause(
                "exit",
                "Exit",
                "legal",
                (
                    replace(HOME, sets={"exit_month": Decimal(12)}),
                    replace(HOME, key="b", level=1, sets={"exit_month": Decimal(24)}),
                ),
            ),
            "24 is safer than what the position before it sets",
        ),
        (lambda: Level("finance", 0, "Manager", 480), "1 or higher"),
        (lambda: Level("finance", 1, "Standard", 480), "has a meaning of its own"),
        (lambda: Level("finance", 1, "Manager", 0), "needs time to answer"),
        (lambda: FunctionRule("security", "Security"), "is no function"),
        (lambda: FunctionRule("finance", "Finance", route="sideways"), "the route is"),  # type: ignore[arg-type]
        (lambda: FunctionRule("finance", "Finance", stage=3), "the stage is"),  # type: ignore[arg-type]
        (lambda: FunctionRule("finance", "Finance", shown="all"), "what is shown"),  # type: ignore[arg-type]
        (lambda: Economics(-1, Decimal(0), Decimal(0)), "-1 is less than 0"),
        (lambda: Economics(30, Decimal("NaN"), Decimal(0)), "is not a number"),
        (lambda: replace(DEMO, number=0), "0 is less than 1"),
        (lambda: replace(DEMO, currency="euro"), "no currency code"),
        (lambda: replace(DEMO, regions=("DACH",)), "“UK & Ireland” is no region of this policy"),
        (lambda: replace(DEMO, levels=DEMO.levels[1:]), "finance has level 2 but no level 1"),
        (lambda: replace(DEMO, levels=DEMO.levels[:2] + DEMO.levels[3:]), "finance has no level 3"),
        (lambda: replace(DEMO, ladders=DEMO.ladders + DEMO.ladders[:1]), "ladder “discount” is there twice"),
        (lambda: replace(DEMO, clauses=DEMO.clauses + DEMO.clauses[:1]), "clause “liability” is there twice"),
        (lambda: replace(DEMO, ladders=DEMO.ladders[1:]), "there is no ladder “discount” to stand in for"),
        (lambda: replace(DEMO, functions=DEMO.functions[1:]), "there is no function “finance”"),
        (lambda: small(ladder("a", "margin", ("60.0", 1), function="sales")), "there is no function “sales”"),
        (lambda: small(ladder("a", "margin", ("60.0", 4))), "finance has no level 4"),
        (lambda: small(ladder("a", "margin", ("60.0", 1), unknown=4)), "finance has no level 4"),
        (
            lambda: small(clauses=(Clause("a", "A", "legal", (HOME, replace(HOME, key="b", level=4))),)),
            "no level 4",
        ),
        (lambda: small(clauses=(Clause("a", "A", "desk", (HOME,)),)), "there is no function “desk”"),
    ],
)
def test_a_senseless_rule_cannot_be_constructed(make: Callable[[], Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("(", r"\(")):
        make()


def test_every_reason_is_given_not_only_the_first() -> None:
    with pytest.raises(Senseless) as refused:
        ladder("A", "margin", ("50.0", 2), ("60.0", 1))
    assert [fault.path for fault in refused.value.faults] == [
        ("key",),
        ("rungs", 1, "past"),
        ("rungs", 1, "level"),
    ]


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DEMO.number = 15  # type: ignore[misc]


def test_functions_without_a_level_cannot_be_asked() -> None:
    policy = replace(small(), functions=(*small().functions, FunctionRule("sales", "Sales", shown="band")))
    assert policy.shown_to["sales"] == "band"
    with pytest.raises(ValueError, match="sales has no level, so nobody could decide"):
        replace(policy, ladders=(ladder("a", "margin", ("60.0", 1), function="sales"),))


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        (Scope(), True),
        (Scope(segments=("Enterprise",)), True),
        (Scope(segments=("Mid-market",)), False),
        (Scope(segments=("Mid-market", "Enterprise"), regions=("DACH",)), True),
        (Scope(segments=("Enterprise",), regions=("Nordics",)), False),
        (Scope(deal_types=("Renewal",)), False),
        (Scope(families=("Platform",)), True),
    ],
)
def test_a_scope_contains_a_deal_that_fits_every_dimension(scope: Scope, inside: bool) -> None:
    assert scope.contains(BRANDT) is inside


def test_an_unknown_word_is_in_no_narrow_scope() -> None:
    assert not Scope(segments=("Enterprise",)).contains(Frame("x", "Enterprize", "DACH", "Renewal", "EUR"))


@pytest.mark.parametrize(
    ("wide", "narrow", "holds"),
    [
        (Scope(), Scope(), True),
        (Scope(), Scope(regions=("DACH",)), True),
        (Scope(regions=("DACH",)), Scope(), False),
        (Scope(regions=("DACH", "Nordics")), Scope(regions=("DACH",)), True),
        (Scope(regions=("DACH",)), Scope(regions=("DACH", "Nordics")), False),
        (Scope(regions=("DACH",)), Scope(regions=("DACH",), segments=("Enterprise",)), True),
        (Scope(families=("Platform", "Services")), Scope(families=("Platform",)), True),
        (Scope(), Scope(families=("Platform",)), False),
        (Scope(families=("Platform",)), Scope(), False),
    ],
)
def test_one_scope_holds_another_that_measures_the_same_lines(
    wide: Scope, narrow: Scope, holds: bool
) -> None:
    assert wide.holds(narrow) is holds


def test_levels_are_called_by_name() -> None:
    assert [DEMO.level_name("finance", rank) for rank in range(4)] == [
        "Standard",
        "Finance Manager",
        "Finance Director",
        "CFO",
    ]
    with pytest.raises(ValueError, match="legal has no level 3 in policy v14"):
        DEMO.level_name("legal", 3)


def test_parts_are_found_by_key_or_refused() -> None:
    assert DEMO.clause("law").free.name == "Austria"
    assert DEMO.clause("law").place("fallback-2") == 2
    assert DEMO.ladder("discount").top == 3
    assert DEMO.function("legal").route == "climb"
    assert (DEMO.top("operations"), DEMO.top("sales")) == (3, 0)
    for find in (DEMO.clause, DEMO.ladder, DEMO.function):
        with pytest.raises(ValueError, match="this policy has no “nothing”"):
            find("nothing")


def test_a_clause_knows_the_metrics_it_sets() -> None:
    assert DEMO.setter("liability_cap") == DEMO.clause("liability")
    assert DEMO.setter("discount") is None


def demo_levels(policy: Policy) -> dict[str, list[tuple[str, int]]]:
    return {
        function.key: [(level.name, level.allowance // 60) for level in policy.levels_of(function.key)]
        for function in policy.functions
    }


def test_the_demo_policy_has_the_levels_and_hours_of_helio() -> None:
    assert demo_levels(DEMO) == {
        "finance": [("Finance Manager", 8), ("Finance Director", 12), ("CFO", 16)],
        "legal": [("Legal Counsel", 16), ("General Counsel", 24)],
        "operations": [("Delivery Manager", 16), ("Head of Delivery", 16), ("COO", 24)],
        "executive": [("Chief Executive", 24)],
    }
    assert [(each.key, each.stage, each.route, each.shown) for each in DEMO.functions] == [
        ("finance", 1, "direct", "cost"),
        ("legal", 1, "climb", "margin"),
        ("operations", 1, "direct", "margin"),
        ("executive", 2, "direct", "cost"),
    ]
    assert DEMO.economics == Economics(30, Decimal("6.5"), Decimal(980))
    assert (DEMO.name, DEMO.library, DEMO.valid_days) == ("v14", 7, 60)


def test_the_demo_library_has_a_text_for_every_position() -> None:
    texts = [position.text for clause in DEMO.clauses for position in clause.positions]
    assert len(texts) == 13
    assert min(len(text) for text in texts) > 80
    assert not any(text.startswith("\n") or text.endswith("\n") for text in texts)


def test_a_ladder_reads_an_empty_passage_as_standard() -> None:
    judging: Ladder = DEMO.ladder("margin")
    assert judging.rung_at(Decimal("60.0")) is None
    assert judging.rung_at(Decimal("59.9")) == judging.rungs[0]
