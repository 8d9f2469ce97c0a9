from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from base.canonical import digest
from base.errors import Invalid, NotYours, WrongState
from guardrails.errors import BadPolicy, NoPolicy
from guardrails.evaluation import evaluate
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from tests.cast import Cast, make_cast
from tests.guardrails.policies import DEMO, DEMO_TEXT, terms

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DRAFT, REVIEWED, PUBLISHED = PolicyVersion.Status


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def numbered(number: int, **changed: str) -> str:
    text = DEMO_TEXT.replace("number = 14\n", f"number = {number}\n", 1)
    for before, after in changed.items():
        text = text.replace(before, after)
    return text


def events() -> list[tuple[str, dict[str, Any]]]:
    return [(event.kind, event.facts) for event in Event.objects.of("policy")]


def in_database(version: PolicyVersion) -> tuple[Any, ...]:
    return PolicyVersion.objects.values_list(
        "status", "sha256", "drafted_by", "reviewed_by", "published_by", "effective_from"
    ).get(pk=version.pk)


def test_a_text_becomes_a_draft_then_reviewed_then_published(cast: Cast) -> None:
    sha256 = digest(DEMO_TEXT)
    version = load(DEMO_TEXT, by=cast.ines)
    assert in_database(version) == (DRAFT, sha256, cast.ines.pk, None, None, None)
    version = review(version, by=cast.dana)
    assert in_database(version) == (REVIEWED, sha256, cast.ines.pk, cast.dana.pk, None, None)
    version = publish(version, by=cast.ines)
    assert in_database(version) == (PUBLISHED, sha256, cast.ines.pk, cast.dana.pk, cast.ines.pk, NOW)
    assert (version.name, str(version), version.published_at) == ("v14", "Policy v14", NOW)
    base = {"schema": 1, "number": 14, "sha256": sha256}
    assert events() == [
        ("policy_loaded", base),
        ("policy_reviewed", base),
        ("policy_published", {**base, "effective_from": "2026-03-02T10:00:00.000000Z"}),
    ]
    assert [event.actor for event in Event.objects.of("policy")] == [cast.ines, cast.dana, cast.ines]


def test_the_text_is_kept_as_it_was_written(cast: Cast) -> None:
    version = load(DEMO_TEXT, by=cast.ines)
    assert PolicyVersion.objects.get(pk=version.pk).text == DEMO_TEXT
    assert version.policy == DEMO
    assert version.policy is PolicyVersion.objects.get(pk=version.pk).policy


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["maya", "dana", "robin", "marcus"])
def test_only_the_desk_loads(cast: Cast, who: str) -> None:
    with pytest.raises(NotYours, match="Only the deal desk"):
        load(DEMO_TEXT, by=getattr(cast, who))
    assert (PolicyVersion.objects.count(), events()) == (0, [])


def test_a_text_with_mistakes_is_refused_with_every_line(cast: Cast) -> None:
    text = numbered(15).replace("past = 12.5", "past = 21.0").replace("day_cost = 980", "day_cost = -1")
    with pytest.raises(BadPolicy) as refused:
        load(text, by=cast.ines)
    assert [(mistake.line, mistake.reason) for mistake in refused.value.mistakes] == [
        (18, "-1 is less than 0"),
        (124, "rungs must grow riskier: 20.0 is not higher than 21.0"),
    ]
    assert refused.value.fields == {"text": refused.value.message}
    assert (PolicyVersion.objects.count(), events()) == (0, [])


def test_nobody_reviews_what_they_drafted(cast: Cast) -> None:
    version = load(DEMO_TEXT, by=cast.ines)
    with pytest.raises(NotYours, match="A second person"):
        review(version, by=cast.ines)
    assert in_database(version)[0] == DRAFT
    assert len(events()) == 1


@pytest.mark.parametrize("who", ["maya", "marcus", "robin"])
def test_those_who_answer_for_no_guardrail_do_not_review(cast: Cast, who: str) -> None:
    version = load(DEMO_TEXT, by=cast.ines)
    with pytest.raises(NotYours, match="those who answer for it"):
        review(version, by=getattr(cast, who))
    assert in_database(version)[0] == DRAFT


def test_only_the_text_that_was_read_is_reviewed(cast: Cast) -> None:
    read = load(DEMO_TEXT, by=cast.ines)
    load(DEMO_TEXT + "\n# one more thought\n", by=cast.ines)
    with pytest.raises(WrongState, match="no longer the draft"):
        review(read, by=cast.dana)
    assert in_database(read)[0] == DRAFT


def test_a_version_is_reviewed_once(cast: Cast) -> None:
    version = load(DEMO_TEXT, by=cast.ines)
    review(version, by=cast.dana)
    with pytest.raises(WrongState):
        review(version, by=cast.grace)
    assert in_database(version)[3] == cast.dana.pk
    assert len(events()) == 2


def test_a_draft_is_not_published(cast: Cast) -> None:
    version = load(DEMO_TEXT, by=cast.ines)
    with pytest.raises(WrongState, match="Nobody has reviewed v1"):
        publish(version, by=cast.ines)
    assert in_database(version)[0] == DRAFT
    assert len(events()) == 1


def test_only_the_desk_publishes(cast: Cast) -> None:
    version = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    with pytest.raises(NotYours):
        publish(version, by=cast.dana)
    assert in_database(version)[0] == REVIEWED


def test_only_the_text_that_was_read_is_published(cast: Cast) -> None:
    read = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    review(load(DEMO_TEXT + "\n# changed\n", by=cast.ines), by=cast.dana)
    with pytest.raises(WrongState, match="no longer the draft you have read"):
        publish(read, by=cast.ines)
    assert in_database(read)[0] == REVIEWED


def test_a_policy_does_not_judge_the_past(cast: Cast) -> None:
    version = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    with pytest.raises(Invalid, match="cannot judge the past") as refused:
        publish(version, by=cast.ines, effective_from=NOW - timedelta(seconds=1))
    assert refused.value.field == "effective_from"
    assert in_database(version)[0] == REVIEWED


def test_an_older_version_is_not_published_after_a_newer_one(cast: Cast) -> None:
    older, newer = (review(load(numbered(number), by=cast.ines), by=cast.dana) for number in (15, 16))
    publish(newer, by=cast.ines)
    with pytest.raises(WrongState, match="v16 is published already; v15 is older"):
        publish(older, by=cast.ines)
    assert in_database(older)[0] == REVIEWED


# --- loading again ----------------------------------------------------------------------------------


def test_loading_the_same_text_again_changes_nothing(cast: Cast) -> None:
    version = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    assert load(DEMO_TEXT, by=cast.ines) == version
    assert in_database(version)[0] == REVIEWED
    assert len(events()) == 2


def test_a_changed_text_must_be_reviewed_anew(cast: Cast) -> None:
    version = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    changed = DEMO_TEXT + "\n# changed\n"
    load(changed, by=cast.ines)
    assert in_database(version) == (DRAFT, digest(changed), cast.ines.pk, None, None, None)


def test_a_published_version_is_not_loaded_over(cast: Cast) -> None:
    version = publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)
    with pytest.raises(WrongState, match="v14 is published and stays as it is"):
        load(DEMO_TEXT + "\n# changed\n", by=cast.ines)
    assert in_database(version)[1] == digest(DEMO_TEXT)
    assert len(events()) == 3


# --- what is in force -------------------------------------------------------------------------------


def test_the_last_published_version_that_has_begun_is_in_force(cast: Cast) -> None:
    first, second = (review(load(numbered(number), by=cast.ines), by=cast.dana) for number in (14, 15))
    load(numbered(16), by=cast.ines)
    start = NOW + timedelta(days=3)
    publish(first, by=cast.ines)
    publish(second, by=cast.ines, effective_from=start)
    in_force = PolicyVersion.objects.in_force
    assert in_force(NOW) == first
    assert in_force(start - timedelta(microseconds=1)) == first
    assert in_force(start) == second
    assert in_force(start + timedelta(days=9)) == second


def test_of_two_versions_that_begin_at_once_the_higher_number_judges(cast: Cast) -> None:
    for number in (14, 15):
        publish(review(load(numbered(number), by=cast.ines), by=cast.dana), by=cast.ines)
    assert PolicyVersion.objects.in_force(NOW).number == 15


def test_before_the_first_version_nothing_can_be_judged(cast: Cast) -> None:
    publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)
    with pytest.raises(NoPolicy) as refused:
        PolicyVersion.objects.in_force(NOW - timedelta(microseconds=1))
    assert (refused.value.status, refused.value.code) == (409, "no_policy")


def test_the_same_terms_and_version_give_the_same_findings_for_ever(cast: Cast) -> None:
    version = publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)
    measured = terms(discount="21.5", margin="58.0", payment_days="60")
    before = evaluate(measured, version.policy)
    looser = numbered(15).replace("past = 12.5", "past = 15.0").replace("past = 20.0", "past = 22.0")
    publish(review(load(looser, by=cast.ines), by=cast.dana), by=cast.ines)
    assert evaluate(measured, PolicyVersion.objects.get(number=14).policy) == before
    assert evaluate(measured, PolicyVersion.objects.get(number=15).policy) != before


# --- what the database itself refuses -----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"text": "x"},
        {"sha256": "0" * 64},
        {"number": 99},
        {"effective_from": NOW + timedelta(days=1)},
        {
            "status": "draft",
            "reviewed_by": None,
            "published_by": None,
            "published_at": None,
            "effective_from": None,
        },
    ],
)
def test_a_published_version_cannot_be_changed(cast: Cast, change: dict[str, Any]) -> None:
    version = publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)
    before = in_database(version)
    with pytest.raises(InternalError, match="published_stays"), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**change)
    assert in_database(version) == before


def test_a_published_version_cannot_be_deleted(cast: Cast) -> None:
    version = publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)
    with pytest.raises(InternalError, match="published_stays"), transaction.atomic():
        version.delete()
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"number": 14}, "number_once"),
        ({"number": 0}, "number_from_one"),
        ({"sha256": "abc"}, "hashed"),
        ({"status": "reviewed"}, "reviewed_by_someone"),
        ({"status": "agreed"}, "published_by_someone"),
        ({"reviewed_by": "dana"}, "reviewed_by_someone"),
        ({"status": "reviewed", "reviewed_by": "ines"}, "two_people"),
        ({"status": "published", "reviewed_by": "dana"}, "published_by_someone"),
        ({"published_by": "ines"}, "published_by_someone"),
        ({"effective_from": NOW}, "published_by_someone"),
    ],
)
def test_the_database_refuses_what_no_verb_would_write(
    cast: Cast, changed: dict[str, Any], constraint: str
) -> None:
    load(DEMO_TEXT, by=cast.ines)
    values = {"number": 15, "sha256": "0" * 64, "drafted_by": "ines", **changed}
    people = {key: getattr(cast, who) for key, who in values.items() if key.endswith("_by") and who}
    with pytest.raises(IntegrityError, match=f"guardrails_policy_{constraint}"), transaction.atomic():
        PolicyVersion.objects.create(text="", **{**values, **people})
    assert PolicyVersion.objects.count() == 1


@pytest.mark.concurrency
def test_of_two_who_load_the_same_number_at_once_both_end_with_one_draft(
    transactional_db: None, race: Callable[..., list[Any]]
) -> None:
    cast = make_cast()
    ends = race(*(lambda text=text: load(text, by=cast.ines) for text in (DEMO_TEXT, DEMO_TEXT + "\n# b\n")))
    assert all(isinstance(end, PolicyVersion | WrongState) for end in ends)
    version = PolicyVersion.objects.get()
    assert [facts["sha256"] for _, facts in events()][-1] == version.sha256
