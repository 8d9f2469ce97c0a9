"""The policy is changed on its page: handed in, looked at, agreed to by a second person, published."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.models import Mandate
from guardrails.differences import differences
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.review import review
from guardrails.toml import load as read_policy
from ledger.models import Event
from people.models import User
from tests.cast import Cast
from tests.guardrails.policies import DEMO_TEXT
from tests.guardrails.test_pages import on_the_day as on_the_day
from tests.guardrails.test_pages import v14 as v14

NEXT = DEMO_TEXT.replace("number = 14\n", "number = 15\n").replace(
    "past = 20.0, level", "past = 18.0, level", 1
)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def seen_on(client: Client, number: int = 15) -> str:
    found = re.search(r'name="seen" value="(\w+)"', words(client.get(f"/policy/{number}/")))
    assert found
    return found[1]


def kinds() -> list[str]:
    return [event.kind for event in Event.objects.of("policy")]


def test_a_change_goes_from_text_to_force_on_the_page(v14: PolicyVersion, cast: Cast) -> None:
    ines, dana = as_(cast.ines), as_(cast.dana)
    begun = words(ines.get("/policy/hand-in/"))
    assert "Below stands the text of v14, numbered one higher." in begun and "number = 15 currency" in begun
    answer = ines.post("/policy/hand-in/", {"text": NEXT.replace("\n", "\r\n"), "seen": ""}, follow=True)
    page = words(answer)
    assert "v15 is a draft. A second person agrees to it." in page
    assert "What v15 changes against v14" in page and '<p class="grow">1 term</p>' in page
    assert (
        '<td data-label="In force">past 20.0 %</td><td data-label="In the draft"><b>past 18.0 %</b>' in page
    )
    assert "You have drafted it: somebody else agrees" in page and 'name="seen"' not in page
    assert ines.get("/policy/15.toml").content.decode() == NEXT

    agreed = words(dana.post("/policy/15/agree/", {"seen": seen_on(dana)}, follow=True))
    assert "You have agreed to v15." in agreed and 'name="seen"' not in agreed
    out = ines.post("/policy/15/publish/", {"seen": seen_on(ines), "day": "2026-03-09"}, follow=True)
    assert "v15 is published." in words(out)
    version = PolicyVersion.objects.get(number=15)
    assert (version.reviewed_by, version.published_by, version.review_typed) == (cast.dana, cast.ines, False)
    assert version.effective_from == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
    assert kinds()[3:] == ["policy_loaded", "policy_reviewed", "policy_published"]


@pytest.mark.parametrize("as_file", [True, False])
def test_mistakes_are_named_by_line_and_what_was_typed_stays(
    v14: PolicyVersion, cast: Cast, as_file: bool
) -> None:
    wrong = NEXT.replace("past = 12.5, level", "past = 21.0, level", 1)
    sent = {"file": SimpleUploadedFile("p.toml", wrong.encode())} if as_file else {"text": wrong}
    answer = as_(cast.ines).post("/policy/hand-in/", {**sent, "seen": ""})
    page = words(answer)
    assert answer.status_code == 422
    assert (
        "<b>line 124</b> <code>{ past = 18.0, level = &quot;Finance Director&quot; },</code>: rungs must"
        in page
    )
    assert "past = 21.0, level = &quot;Finance Manager&quot;" in page.partition("<textarea")[2]
    assert not PolicyVersion.objects.filter(number=15).exists()
    for nothing in (
        {},
        {"file": SimpleUploadedFile("p.toml", b"\xff\xfe")},
        {"text": DEMO_TEXT + "# more\n"},
    ):
        assert as_(cast.ines).post("/policy/hand-in/", nothing).status_code in (409, 422)
    assert kinds() == ["policy_loaded", "policy_reviewed", "policy_published"]


def test_another_draft_is_shown_before_it_is_replaced(v14: PolicyVersion, cast: Cast) -> None:
    load(NEXT, by=cast.ines)
    mine = NEXT + "# mine\n"
    answer = as_(cast.ines).post("/policy/hand-in/", {"text": mine, "seen": ""})
    assert answer.status_code == 409
    assert "Ines Carvalho has handed in another draft of v15." in words(answer)
    assert PolicyVersion.objects.get(number=15).text == NEXT
    seen = re.search(r'name="seen" value="(\w+)"', words(answer))
    assert seen
    assert as_(cast.ines).post("/policy/hand-in/", {"text": mine, "seen": seen[1]}).status_code == 302
    assert PolicyVersion.objects.get(number=15).text == mine


def test_only_the_text_on_the_screen_is_agreed_to_and_published(v14: PolicyVersion, cast: Cast) -> None:
    load(NEXT, by=cast.ines)
    ines, dana = as_(cast.ines), as_(cast.dana)
    old = seen_on(dana)
    load(NEXT + "# one more thought\n", by=cast.ines)
    stale = dana.post("/policy/15/agree/", {"seen": old})
    assert stale.status_code == 409 and "v15 is no longer the draft you have read." in words(stale)
    assert ines.post("/policy/15/agree/", {"seen": seen_on(dana)}).status_code == 403
    now = {"seen": seen_on(dana)}
    assert [dana.post("/policy/15/agree/", now).status_code for _ in range(2)] == [302, 302]
    assert as_(cast.grace).post("/policy/15/agree/", now).status_code == 409
    past = words(ines.post("/policy/15/publish/", {**now, "day": "2026-03-01"}))
    assert "A policy cannot judge the past" in past and 'value="2026-03-01"' in past
    assert [ines.post("/policy/15/publish/", now).status_code for _ in range(2)] == [302, 302]
    assert kinds()[3:] == ["policy_loaded", "policy_loaded", "policy_reviewed", "policy_published"]


def test_a_review_that_an_operator_typed_says_so(v14: PolicyVersion, cast: Cast) -> None:
    review(load(NEXT, by=cast.ines), by=cast.dana, typed=True)
    assert "entered on the command line by who runs the product" in words(as_(cast.ines).get("/policy/15/"))
    assert Event.objects.of("policy").last().facts["entered"] == "command-line"  # type: ignore[union-attr]
    assert "Entered on the command line by who runs the product." in words(as_(cast.robin).get("/record/"))
    load(NEXT + "# again\n", by=cast.ines)
    assert not PolicyVersion.objects.get(number=15).review_typed


def test_a_draft_says_which_past_deals_it_would_have_sent_elsewhere(
    granted: Mandate, cast: Cast, settings: Any
) -> None:
    load(
        DEMO_TEXT.replace("number = 14\n", "number = 15\n").replace(
            "past = 30.0, level", "past = 21.0, level", 1
        ),
        by=cast.ines,
    )
    page = words(as_(cast.ines).get("/policy/15/replay/"))
    assert "1 of 1 past requests would have gone to other people under v15." in page
    assert "Finance: Finance Director under v14, <b>CFO</b> under v15" in page
    assert as_(cast.maya).get("/policy/15/replay/").status_code == 404


def test_every_rule_that_differs_is_named() -> None:
    old = read_policy(DEMO_TEXT)
    new = read_policy(
        NEXT.replace("valid_days = 60", "valid_days = 90")
        .replace("capital_rate = 6.5", "capital_rate = 6.52")
        .replace('name = "CFO"', 'name = "Chief Financial Officer"')
        .replace('"CFO"', '"Chief Financial Officer"')
    )
    assert differences(old, old, "cost") == ()
    found = {(one.rule, one.term): (one.before, one.after) for one in differences(old, new, "cost")}
    assert found["The policy as a whole", "Capital, a year"] == ("6.5\u00a0%", "6.52\u00a0%")
    assert found["Level 3 of Finance", "Name"] == ("CFO", "Chief Financial Officer")
    assert found["Discount, ladder “discount”", "CFO"] == ("past 30.0\u00a0%", "")
    hidden = [one for one in differences(old, new, "band") if "margin" in one.rule.lower()]
    assert all("past" not in one.before + one.after for one in hidden)
