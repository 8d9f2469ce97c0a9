from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from guardrails.policy import Policy
from guardrails.toml import Mistake, PolicyErrors, export, load
from tests.guardrails.policies import DEMO, DEMO_TEXT, policies

SMALL = """\
number = 1
currency = "EUR"
library = 1
valid_days = 60

[scope]
segments = ["Enterprise"]
regions = ["DACH"]
deal_types = ["Renewal"]
families = ["Platform"]

[economics]
standard_days = 30
capital_rate = 6.5
day_cost = 980

[[function]]
key = "finance"
name = "Finance"

[[level]]
function = "finance"
rank = 1
name = "Manager"
allowance = "8 h"

[[level]]
function = "finance"
rank = 2
name = "Director"
allowance = "1 h 30 min"
"""
LADDER = """
[[ladder]]
key = "discount"
metric = "discount"
function = "finance"
rungs = [
  { past = 12.5, level = "Manager" },
  { past = 20.0, level = "Director" },
]
"""
CLAUSE = """
[[clause]]
key = "law"
name = "Law"
function = "finance"

[[clause.position]]
key = "home"
name = "Home"
level = "Standard"
text = "Ours."
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(PolicyErrors) as refused:
        load(text)
    return [str(mistake) for mistake in refused.value.mistakes]


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policies())
def test_what_is_exported_loads_as_the_same_policy(policy: Policy) -> None:
    assert load(export(policy)) == policy


def test_the_demo_policy_survives_export_and_load() -> None:
    assert load(export(DEMO)) == DEMO
    assert export(load(export(DEMO))) == export(DEMO)


def test_numbers_are_read_exactly_as_written() -> None:
    ladder = load(SMALL + LADDER).ladder("discount")
    assert [rung.past for rung in ladder.rungs] == [Decimal("12.5"), Decimal("20.0")]


def test_times_to_answer_are_read_in_hours_and_minutes() -> None:
    assert [level.allowance for level in load(SMALL).levels] == [480, 90]


def test_cost_is_shown_as_usual_unless_the_policy_says_otherwise() -> None:
    assert load(SMALL).shown_to == {
        "sales": "margin",
        "finance": "cost",
        "legal": "margin",
        "operations": "margin",
        "executive": "cost",
        "desk": "cost",
        "auditor": "cost",
    }
    assert load(SMALL + '\n[shown_to]\nfinance = "band"\n').shown_to["finance"] == "band"


RUNG = '{ past = 12.5, level = "Manager" }'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            swapped(SMALL + LADDER, ('metric = "discount"', 'metric = "discuont"')),
            "line 35: there is no metric “discuont”",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = 12.0")),
            "line 39: rungs must grow riskier: 12.0 is not higher than 12.5",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = 12.5")),
            "line 39: rungs must grow riskier: 12.5 is not higher than 12.5",
        ),
        (
            swapped(SMALL + LADDER, ('metric = "discount"', 'metric = "margin"')),
            "line 39: rungs must grow riskier: 20.0 is not lower than 12.5",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = 20.05")),
            "line 39: 20.05 is finer than the step of Discount, 0.1",
        ),
        (
            swapped(SMALL + LADDER, ('20.0, level = "Director"', '20.0, level = "Manager"')),
            "line 39: levels must rise from rung to rung, never comes last",
        ),
        (
            swapped(SMALL + LADDER, ('12.5, level = "Manager"', '12.5, level = "never"')),
            "line 39: levels must rise from rung to rung, never comes last",
        ),
        (
            swapped(SMALL + LADDER, ('20.0, level = "Director"', '20.0, level = "CFO"')),
            "line 39: no level is named “CFO”: finance has Manager, Director, never",
        ),
        (
            swapped(SMALL + LADDER, ('20.0, level = "Director"', "20.0, level = 2")),
            "line 39: level must be a text in quotes, not a number",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", 'past = "20.0"')),
            "line 39: past must be a number, not a text",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = true")),
            "line 39: past must be a number, not true or false",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = nan")),
            "line 39: NaN is not a number between −10¹⁵ and 10¹⁵",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0", "past = 1e40")),
            "line 39: 1E+40 is not a number between −10¹⁵ and 10¹⁵",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0, ", "")),
            "line 39: past is missing: a number",
        ),
        (
            swapped(SMALL + LADDER, ("past = 20.0,", "past = 20.0, until = 30.0,")),
            "line 39: “until” is not known here",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nscop = "all"\n')),
            "line 35: “scop” is not known here",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nsegments = ["Enterprize"]\n')),
            "line 35: “Enterprize” is no segment of this policy",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nregions = ["DACH", "DACH"]\n')),
            "line 35: region “DACH” is there twice",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nregions = "DACH"\n')),
            "line 35: regions must be a list of texts in quotes, not a text",
        ),
        (
            swapped(
                SMALL + LADDER,
                ('metric = "discount"\n', 'metric = "payment_days"\nfamilies = ["Platform"]\n'),
                ("12.5", "12"),
            ),
            "line 36: Payment is measured of the whole deal, never of one family",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nreplaces = "discnt"\n')),
            "line 35: there is no ladder “discnt” to stand in for",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nreplaces = "discount"\n')),
            "line 35: “discount” stands in for itself in a circle",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nunknown = "never"\n')),
            "line 35: no level is named “never”: finance has Manager, Director",
        ),
        (
            swapped(
                SMALL + LADDER,
                ('metric = "discount"\nfunction = "finance"', 'metric = "discount"\nfunction = "legal"'),
            ),
            "line 36: there is no function “legal”",
        ),
        (
            swapped(SMALL + LADDER, ('key = "discount"', 'key = "Big discount"')),
            "line 34: “Big discount” is no key: lower case letters, digits, - and _, at most 50",
        ),
        (
            SMALL + '\n[[ladder]]\nkey = "a"\nmetric = "margin"\nfunction = "finance"\nrungs = []\n',
            "line 37: a ladder needs at least one rung",
        ),
        (
            SMALL + '\n[[ladder]]\nkey = "a"\nmetric = "margin"\nfunction = "finance"\n'
            'rungs = [{past=0, level="never"}]\n',
            "line 33: only never rungs: `unknown` must say who decides on what cannot be read",
        ),
        (SMALL + LADDER + LADDER, "line 43: ladder “discount” is there twice"),
        (
            swapped(SMALL + LADDER, ('key = "discount"\n', 'key = "discount"\nkey = "other"\n')),
            "line 35: this is no TOML: Cannot overwrite a value",
        ),
        (SMALL + "[scope]\n", "line 32: this is no TOML: Cannot declare ('scope',) twice"),
        (SMALL + "number = ", "line 32: this is no TOML: Invalid value"),
        (swapped(SMALL, ("number = 1\n", "")), "line 1: number is missing: a whole number"),
        (
            swapped(SMALL, ("number = 1\n", "number = 1.5\n")),
            "line 1: number must be a whole number, not a number",
        ),
        (swapped(SMALL, ("number = 1\n", "number = 0\n")), "line 1: 0 is less than 1"),
        (swapped(SMALL, ("valid_days = 60", "valid_days = 0")), "line 4: 0 is less than 1"),
        (swapped(SMALL, ('"EUR"', '"Euro"')), "line 2: “Euro” is no currency code of three letters"),
        (swapped(SMALL, ("library = 1", "libary = 1")), "line 3: “libary” is not known here"),
        (swapped(SMALL, ('["DACH"]', '["DACH", "DACH"]')), "line 8: region “DACH” is there twice"),
        (
            swapped(SMALL, ('["DACH"]', '["DACH", 3]')),
            "line 8: regions: a number stands where a text belongs",
        ),
        (
            swapped(SMALL, ('["DACH"]', '[" "]')),
            "line 8: “ ” is no name: it is blank or has a space at its edge",
        ),
        (swapped(SMALL, ("day_cost = 980", "day_cost = -1")), "line 15: -1 is less than 0"),
        (swapped(SMALL, ("day_cost = 980", "day_costs = 980")), "line 15: “day_costs” is not known here"),
        (swapped(SMALL, ('key = "finance"', 'key = "auditing"')), "line 22: there is no function “finance”"),
        (
            swapped(SMALL, ('name = "Finance"', 'name = "Finance"\nstage = 3')),
            "line 20: the stage is 1, or 2 after the others, not 3",
        ),
        (
            swapped(SMALL, ('name = "Finance"', 'name = "Finance"\nroute = "around"')),
            "line 20: the route is direct or climb, not “around”",
        ),
        (
            swapped(SMALL, ('"1 h 30 min"', '"soon"')),
            "line 31: “soon” is no working time: write “8 h”, “90 min” or “1 h 30 min”",
        ),
        (
            swapped(SMALL, ('"1 h 30 min"', '"0 h"')),
            "line 31: a level needs time to answer, at least a minute",
        ),
        (swapped(SMALL, ("rank = 2", "rank = 3")), "line 29: finance has level 3 but no level 2"),
        (swapped(SMALL, ("rank = 2", "rank = 1")), "line 29: finance has “1” twice"),
        (swapped(SMALL, ('"Director"', '"Manager"')), "line 30: finance has “Manager” twice"),
        (
            swapped(SMALL, ('"Director"', '"never"')),
            "line 30: “never” has a meaning of its own and cannot name a level",
        ),
        (SMALL + '\n[shown_to]\nlegal = "cost"\n', "line 34: there is no function “legal”"),
        (
            SMALL + '\n[shown_to]\nfinance = "all"\n',
            "line 34: what is shown of cost is band, margin, cost, not “all”",
        ),
        (SMALL + "\n[rules]\n", "line 33: “rules” is not known here"),
        (
            swapped(SMALL + CLAUSE, ('"Standard"', '"Manager"')),
            "line 41: the first position is the standard one: its level is “Standard”",
        ),
        (
            swapped(SMALL + CLAUSE, ('"Standard"', '"Boss"')),
            "line 41: no level is named “Boss”: finance has Manager, Director, never, Standard",
        ),
        (
            SMALL + '\n[[clause]]\nkey = "law"\nname = "Law"\nfunction = "finance"\n',
            "line 33: position is missing: tables, each headed [[position]]",
        ),
        (
            SMALL + CLAUSE + "sets = { liability = 1.0 }\n",
            "line 43: there is no metric “liability”",
        ),
        (
            SMALL + CLAUSE + "sets = { discount = 1.0 }\n",
            "line 43: Discount is derived, a clause cannot set it",
        ),
        (
            SMALL + CLAUSE + "sets = { exit_month = 1.5 }\n",
            "line 43: 1.5 is finer than the step of Earliest exit, 1",
        ),
        (
            SMALL
            + CLAUSE
            + '\n[[clause.position]]\nkey = "home"\nname = "Away"\nlevel = "never"\ntext = ""\n',
            "line 45: position “home” is there twice",
        ),
        (SMALL + CLAUSE + CLAUSE, "line 45: clause “law” is there twice"),
        (
            swapped(
                SMALL + CLAUSE, ('name = "Law"\nfunction = "finance"', 'name = "Law"\nfunction = "sales"')
            ),
            "line 36: there is no function “sales”",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_reason(text: str, expected: str) -> None:
    assert expected in mistakes(text)


def replacing(**changed: str) -> str:
    """The small policy with two ladders, the second of which replaces the first."""
    first = {"metric": "discount", "function": "finance", "scope": "", "past": "10.0"}
    wide = {key.removeprefix("wide_"): value for key, value in changed.items() if key.startswith("wide_")}
    narrow = {key: value for key, value in changed.items() if not key.startswith("wide_")}
    texts = []
    for key, said in (("wide", {**first, **wide}), ("narrow", {**first, **narrow})):
        replaces = 'replaces = "wide"' if key == "narrow" else ""
        texts.append(
            f'[[ladder]]\nkey = "{key}"\nmetric = "{said["metric"]}"\nfunction = "{said["function"]}"\n'
            f'{said["scope"]}\n{replaces}\nrungs = [{{ past = {said["past"]}, level = "Manager" }}]\n'
        )
    legal = (
        '\n[[function]]\nkey = "legal"\nname = "Legal"\n'
        '\n[[level]]\nfunction = "legal"\nrank = 1\nname = "Manager"\nallowance = "8 h"\n\n'
    )
    return SMALL + legal + "\n".join(texts)


def test_a_ladder_may_replace_one_whose_scope_contains_its_own() -> None:
    assert load(replacing(scope='regions = ["DACH"]')).ladder("narrow").replaces == "wide"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"metric": "margin"}, "“wide” judges Discount, not Margin: it cannot be replaced"),
        ({"function": "legal"}, "“wide” is a ladder of finance, not of legal"),
        (
            {"wide_scope": 'regions = ["DACH"]'},
            "the scope of “wide” (DACH) does not contain this one (all deals)",
        ),
        (
            {"scope": 'families = ["Platform"]'},
            "the scope of “wide” (all deals) does not contain this one (Platform)",
        ),
    ],
)
def test_a_ladder_replaces_only_the_same_measure_in_a_wider_scope(
    changed: dict[str, str], reason: str
) -> None:
    assert mistakes(replacing(**changed)) == [f"line 56: {reason}"]


def test_ladders_must_not_replace_each_other_in_a_circle() -> None:
    text = replacing(wide_scope='replaces = "narrow"')
    assert mistakes(text) == [
        "line 47: “wide” stands in for itself in a circle",
        "line 56: “narrow” stands in for itself in a circle",
    ]


def test_every_mistake_is_reported_in_one_go_in_the_order_of_the_text() -> None:
    text = swapped(
        SMALL + LADDER + CLAUSE,
        ("day_cost = 980", "day_cost = -980"),
        ('metric = "discount"', 'metric = "discounts"\nreplaces = "nothing"\nsegments = ["Nobody"]'),
        ("past = 20.0", 'past = "20.0"'),
        ('level = "Standard"', 'level = "Standrad"\nwording = "x"'),
    )
    assert mistakes(text) == [
        "line 15: -980 is less than 0",
        "line 35: there is no metric “discounts”",
        "line 36: there is no ladder “nothing” to stand in for",
        "line 37: “Nobody” is no segment of this policy",
        "line 41: past must be a number, not a text",
        "line 52: no level is named “Standrad”: finance has Manager, Director, never, Standard",
        "line 53: “wording” is not known here",
    ]


def test_two_mistakes_of_one_ladder_are_both_reported() -> None:
    text = swapped(SMALL + LADDER, ("past = 20.0", "past = 10.0"), ('"Director" },', '"Boss" },'))
    assert mistakes(text) == [
        "line 39: no level is named “Boss”: finance has Manager, Director, never",
        "line 39: rungs must grow riskier: 10.0 is not higher than 12.5",
    ]


def test_a_metric_is_set_by_one_clause_only() -> None:
    sets = "sets = { exit_month = 24 }\n"
    other = CLAUSE.replace('"law"', '"exit"')
    assert mistakes(SMALL + CLAUSE + sets + other + sets) == [
        "line 55: exit_month is already set by clause “law”"
    ]


def test_mistakes_can_be_sorted_and_read() -> None:
    assert sorted([Mistake(3, "b"), Mistake(1, "z")]) == [Mistake(1, "z"), Mistake(3, "b")]
    assert str(Mistake(3, "b")) == "line 3: b"


def test_windows_line_ends_do_not_move_the_lines() -> None:
    text = swapped(SMALL + LADDER, ("past = 20.0", "past = 12.0")).replace("\n", "\r\n")
    assert mistakes(text) == ["line 39: rungs must grow riskier: 12.0 is not higher than 12.5"]


def test_a_text_over_several_lines_does_not_move_the_lines_after_it() -> None:
    text = SMALL + CLAUSE.replace('"Ours."', '"""\nOurs, with [brackets] and # no comment.\n"""') + LADDER
    assert mistakes(swapped(text, ("past = 20.0", "past = 12.0")))[0].startswith("line 52:")


def test_the_demo_text_is_stored_as_it_was_written() -> None:
    assert load(DEMO_TEXT) == DEMO
