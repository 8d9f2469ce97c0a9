"""Reminders and hand-overs as the policy says them: what loads, what is refused by line, what is shown."""

from decimal import Decimal

import pytest
from django.test import Client

from guardrails.escalation import Escalation, share_words
from guardrails.load import load as load_version
from guardrails.publish import publish
from guardrails.review import review
from guardrails.toml import export, load
from tests.cast import Cast
from tests.guardrails.test_pool_language import with_pool
from tests.guardrails.test_toml import LADDER, mistakes

USUAL = Escalation((Decimal("0.5"),), ("next level", "desk"))


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("", USUAL),
        ("remind = [0.5]", USUAL),
        ('escalate = ["next level", "desk"]', USUAL),
        ("remind = []", Escalation((), ("next level", "desk"))),
        ("remind = [0.25, 0.8]", Escalation((Decimal("0.25"), Decimal("0.8")))),
        ('escalate = ["desk"]', Escalation(takers=("desk",))),
        (
            'remind = [0.9]\nescalate = ["next level", "manager", "manager", "desk"]',
            Escalation((Decimal("0.9"),), ("next level", "manager", "manager", "desk")),
        ),
    ],
)
def test_each_path_loads_and_is_written_out_again(lines: str, path: Escalation) -> None:
    policy = load(with_pool(lines))
    assert policy.level("finance", 2).escalation == path
    assert policy.level("finance", 1).escalation == USUAL
    assert load(export(policy)) == policy


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("remind = 0.5", "line 32: remind must be a list of numbers, not a number"),
        ('remind = ["half"]', "line 32: remind: a text stands where a number belongs"),
        ("remind = [true]", "line 32: remind: true or false stands where a number belongs"),
        (
            "remind = [0]",
            "line 32: a reminder comes after a part of the time, like 0.5 for half of it, not 0",
        ),
        ("remind = [1.0]", "line 32: a reminder comes after a part of the time, like 0.5 for half of it"),
        ("remind = [-0.5]", "line 32: a reminder comes after a part of the time"),
        ("remind = [nan]", "line 32: a reminder comes after a part of the time"),
        (
            "remind = [\n  0.8,\n  0.5,\n]",
            "line 34: reminders come one after the other: 0.5 is not after 0.8",
        ),
        ("remind = [0.5, 0.50]", "line 32: reminders come one after the other: 0.50 is not after 0.5"),
        (f"remind = [{', '.join(f'0.{n}' for n in range(10, 21))}]", "line 32: at most 10 reminders, not 11"),
        ('escalate = "desk"', "line 32: escalate must be a list of texts in quotes, not a text"),
        ("escalate = []", "line 32: what nobody answers must end with somebody: write “desk” last"),
        ('escalate = ["next level"]', "line 32: what nobody answers must end with somebody"),
        ('escalate = ["boss", "desk"]', "line 32: who takes over is next level, manager, desk, not “boss”"),
        (
            'escalate = ["desk", "manager", "desk"]',
            "line 32: the desk keeps what it is given: write “desk” la",
        ),
        ("escalate = [" + '"manager", ' * 10 + '"desk"]', "line 32: at most 10 hand-overs, not 11"),
        ('escalat = ["desk"]', "line 32: “escalat” is not known here"),
    ],
)
def test_a_mistake_in_a_path_is_named_with_its_line(lines: str, expected: str) -> None:
    assert any(found.startswith(expected) for found in mistakes(with_pool(lines)))


def test_a_path_is_put_into_words() -> None:
    assert USUAL.words == "reminded when half of it is gone; then the next level, then the deal desk"
    assert Escalation((), ("desk",)).words == "not reminded; then the deal desk"
    three = (Decimal("0.25"), Decimal("0.5"), Decimal("0.80"))
    assert Escalation(three, ("manager", "desk")).words == (
        "reminded when a quarter, half and 80 % of it are gone; then the manager of who did not answer, "
        "then the deal desk"
    )
    assert [share_words(Decimal(each)) for each in ("0.75", "0.05", "0.125")] == [
        "three quarters",
        "5 %",
        "12.5 %",
    ]


def test_the_policy_page_says_what_happens_while_nobody_answers(cast: Cast, client: Client) -> None:
    text = with_pool('remind = [0.5, 0.8]\nescalate = ["manager", "desk"]') + LADDER
    publish(review(load_version(text, by=cast.ines), by=cast.dana), by=cast.ines)
    client.force_login(cast.maya)
    page = " ".join(client.get("/policy/").content.decode().split())
    words = (
        "reminded when half and 80 % of it are gone; then the manager of who did not answer, then the deal"
    )
    assert page.count(words) == 1
