from dataclasses import dataclass, field

import pytest

from people.models import User
from people.shown import View, cost_view


@dataclass(frozen=True)
class Shown:
    shown_to: dict[str, View] = field(
        default_factory=lambda: {"finance": "cost", "sales": "margin", "legal": "band"}
    )


@pytest.mark.parametrize(("function", "view"), [("finance", "cost"), ("sales", "margin"), ("legal", "band")])
def test_the_policy_decides_what_a_function_sees(function: str, view: View) -> None:
    assert cost_view(User(function=function), Shown()) == view


def test_a_function_the_policy_does_not_know_sees_the_least() -> None:
    assert cost_view(User(function="operations"), Shown()) == "band"
