from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from guardrails.models import PolicyVersion
from people.models import Authority
from tests.cast import Cast
from tests.guardrails.policies import DEMO_TEXT


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(datetime(2026, 3, 2, 10, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(DEMO_TEXT)
    return path


def said(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("policy", *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_a_policy_goes_from_file_to_force_by_command(cast: Cast, file: Path) -> None:
    assert said("check", str(file)) == ("v14: 15 ladders, 4 clauses, no mistake\n", "")
    said("load", str(file), "--by", "ines@helio.example")
    said("review", "14", "--by", "dana@helio.example")
    assert said("publish", "14", "--by", "ines@helio.example") == (
        "v14 judges from 2026-03-02 10:00 UTC on\n",
        "",
    )
    version = PolicyVersion.objects.get()
    assert (version.status, version.drafted_by, version.reviewed_by) == ("published", cast.ines, cast.dana)
    assert said("export", "14") == (DEMO_TEXT, "")


def test_a_policy_may_begin_on_a_later_day_of_the_company(cast: Cast, file: Path) -> None:
    said("load", str(file), "--by", "ines@helio.example")
    said("review", "14", "--by", "dana@helio.example")
    said("publish", "14", "--by", "ines@helio.example", "--from", "2026-07-01")
    assert PolicyVersion.objects.get().effective_from == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


def test_check_names_every_mistake_with_its_line(cast: Cast, file: Path) -> None:
    file.write_text(DEMO_TEXT.replace("past = 12.5", "past = 21.0").replace('"CFO" },', '"Boss" },', 1))
    with pytest.raises(CommandError) as refused:
        said("check", str(file))
    assert str(refused.value).split("\n") == [
        "line 124: rungs must grow riskier: 20.0 is not higher than 21.0",
        "line 125: no level is named “Boss”: finance has Finance Manager, Finance Director, CFO, never",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "CFO"', 'nme = "CFO"', ["line 65: name is missing", "line 68: “nme” is not known here"]),
        ("regions = [", "rgions = [", ["line 9: regions is missing", "line 11: “rgions” is not known here"]),
        (
            'metric = "discount"\nfunction = "finance"',
            'metric = "discount"\nfunction = "finanse"',
            ["line 121: there is no function “finanse”"],
        ),
    ],
)
def test_check_leaves_out_what_only_follows(right: str, wrong: str, said: list[str], file: Path) -> None:
    file.write_text(DEMO_TEXT.replace(right, wrong, 1))
    with pytest.raises(CommandError) as refused:
        call_command("policy", "check", str(file))
    named = str(refused.value).split("\n")
    assert [line.partition(": a ")[0] for line in named] == said


def test_check_fails_for_a_level_that_no_person_holds(cast: Cast, file: Path) -> None:
    Authority.objects.filter(user=cast.dana).delete()
    cast.grace.is_active = False
    cast.grace.save()
    with pytest.raises(CommandError, match="2 levels are held by nobody"):
        said("check", str(file))


def test_publishing_warns_of_a_level_that_no_person_holds(cast: Cast, file: Path) -> None:
    Authority.objects.filter(user=cast.dana).delete()
    said("load", str(file), "--by", "ines@helio.example")
    said("review", "14", "--by", "dana@helio.example")
    assert said("publish", "14", "--by", "ines@helio.example")[1] == "nobody holds CFO: finance level 3\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ["load", "FILE", "--by", "nobody@helio.example"],
            "There is no nobody@helio.example who may sign in",
        ),
        (["load", "FILE", "--by", "maya@helio.example"], "Only the deal desk"),
        (["load", "NOTHING", "--by", "ines@helio.example"], "cannot be read"),
        (["review", "15", "--by", "dana@helio.example"], "There is no policy v15"),
        (["review", "14", "--by", "ines@helio.example"], "A second person"),
        (
            ["publish", "14", "--by", "ines@helio.example"],
            "Nobody has reviewed v14 yet. A second person: manage.py policy review 14 --by",
        ),
    ],
)
def test_a_refusal_is_told_in_a_sentence(cast: Cast, file: Path, arguments: list[str], reason: str) -> None:
    said("load", str(file), "--by", "ines@helio.example")
    places = {"FILE": str(file), "NOTHING": str(file) + ".nothing"}
    with pytest.raises(CommandError, match=reason):
        said(*(places.get(argument, argument) for argument in arguments))
    assert PolicyVersion.objects.get().status == "draft"
