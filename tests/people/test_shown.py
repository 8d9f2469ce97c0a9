from dataclasses import dataclass

import pytest

from people.models import User
from people.shown import View, cost_view


@dataclass(frozen=True)
class Rule:
    key: str
    shown: View


@dataclass(frozen=True)
class Shown:
    functions: tuple[Rule, ...] = ()


@pytest.mark.parametrize(
    ("function", "view"),
    [
        ("finance", "cost"),
        ("executive", "cost"),
        ("desk", "cost"),
        ("auditor", "cost"),
        ("sales", "margin"),
        ("legal", "margin"),
        ("operations", "margin"),
        ("", "band"),
    ],
)
def test_where_the_policy_is_silent_each_function_has_its_usual_view(function: str, view: View) -> None:
    assert cost_view(User(function=function), Shown((Rule("other", "band"),))) == view


def test_the_policy_decides_what_a_function_sees() -> None:
    policy = Shown((Rule("sales", "band"), Rule("legal", "cost")))
    assert cost_view(User(function="sales"), policy) == "band"
    assert cost_view(User(function="legal"), policy) == "cost"
