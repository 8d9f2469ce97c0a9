import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from guardrails.glossary import EVERY, MIXED_UP, WORDS
from guardrails.load import load
from guardrails.metric import METRICS
from guardrails.metrics_doc import document
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import User
from tests.cast import Cast
from tests.guardrails.policies import DEMO_TEXT
from tests.guardrails.quarter_ends import begin_quarter_end

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def v14(cast: Cast) -> PolicyVersion:
    return publish(review(load(DEMO_TEXT, by=cast.ines), by=cast.dana), by=cast.ines)


@pytest.fixture
def maya(cast: Cast, client: Client) -> Client:
    client.force_login(cast.maya, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


# --- glossary -----------------------------------------------------------------------------------------


def test_every_word_has_one_definition_on_the_page(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/glossary/")
    for key in EVERY:
        assert text.count(f'id="word-{key}"') == 1
    assert text.count('<tr id="word-') == len(METRICS) + len(WORDS) + len(MIXED_UP)


def test_the_glossary_names_who_judges_a_metric(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/glossary/")
    assert '<a class="link" href="/policy/#ladder-discount">Finance 12.5 / 20.0 / 30.0</a>' in text
    assert '<a class="link" href="/policy/#ladder-margin-executive">Executive 45.0</a>' in text
    assert '<a class="link" href="/policy/#clause-liability">Limitation of liability</a>' in text
    assert "Public sector · UK &amp; Ireland" in text
    assert "<td>Finance Director</td><td>General Counsel</td><td>Head of Delivery</td>" in text


def test_the_glossary_stands_before_there_is_a_policy(maya: Client) -> None:
    text = page(maya, "/glossary/")
    assert 'id="word-margin"' in text
    assert "v14" not in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("margin", ["margin"]),
        ("HEADROOM", ["headroom"]),
        ("payment_days", ["payment_days"]),
        ("two functions", ["approval-level"]),
        ("zebra", []),
    ],
)
def test_a_word_is_found_by_its_name_key_or_definition(
    maya: Client, v14: PolicyVersion, asked: str, found: list[str]
) -> None:
    assert re.findall(r'<tr id="word-([\w-]+)"', page(maya, f"/glossary/?q={asked}")) == found


def test_a_search_without_result_says_so_and_keeps_what_was_asked(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/glossary/?q=%3Cb%3Ezebra")
    assert "No such word" in text
    assert 'value="&lt;b&gt;zebra"' in text


def test_too_long_a_search_shows_every_word(maya: Client, v14: PolicyVersion) -> None:
    assert page(maya, "/glossary/?q=" + "x" * 81).count('<tr id="word-') == len(EVERY)


# --- policy -------------------------------------------------------------------------------------------


def test_the_policy_in_force_is_shown_ladder_by_ladder(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/policy/")
    assert "Policy v14" in text
    assert len(re.findall(r'<tr id="ladder-', text)) == 15
    discount = re.search(r'<tr id="ladder-discount">.*?</tr>', text)
    assert discount
    assert re.findall(r'data-label="([^"]+)">([^<]+)<', discount[0]) == [
        ("Standard", "to 12.5 %"),
        ("Finance Manager", "to 20.0 %"),
        ("Finance Director", "to 30.0 %"),
        ("CFO", "past that"),
    ]
    margin = re.search(r'<tr id="ladder-margin">.*?</tr>', text)
    assert margin
    assert "down to 60.0 %" in margin[0]
    assert "stands in for “discount”" in text


def test_the_policy_says_who_holds_each_level(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/policy/")
    assert "Lena Vogt, Priya Raman" in text
    assert "16 h" in text


def test_the_policy_shows_every_position_with_who_may_give_it(maya: Client, v14: PolicyVersion) -> None:
    text = page(maya, "/policy/")
    law = text[text.index('id="clause-law"') : text.index('id="clause-exit"')]
    assert re.findall(r'<span class="lv[^"]*">([^<]+)</span></td>', law) == [
        "Seller",
        "Seller",
        "General Counsel",
    ]
    assert "Nobody" in text[text.index('id="clause-exit"') :]


def test_an_earlier_version_can_still_be_read(maya: Client, cast: Cast, v14: PolicyVersion) -> None:
    later = review(load(DEMO_TEXT.replace("number = 14\n", "number = 15\n"), by=cast.ines), by=cast.dana)
    publish(later, by=cast.ines)
    assert "Policy v15" in page(maya, "/policy/")
    old = page(maya, "/policy/14/")
    assert "Policy v14" in old
    assert "Not in force" in old


def test_a_draft_is_not_shown(maya: Client, cast: Cast, v14: PolicyVersion) -> None:
    load(DEMO_TEXT.replace("number = 14\n", "number = 15\n"), by=cast.ines)
    assert maya.get("/policy/15/").status_code == 404
    assert "v15" not in page(maya, "/policy/")


def as_who(client: Client, who: User) -> Client:
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_draft_is_read_by_the_desk_and_by_who_may_review_it(
    client: Client, cast: Cast, v14: PolicyVersion
) -> None:
    draft = load(DEMO_TEXT.replace("number = 14\n", "number = 15\n"), by=cast.ines)
    for who in (cast.ines, cast.henrik):
        text = page(as_who(client, who), "/policy/")
        drafts = text[text.index('id="drafts"') : text.index('id="levels"')]
        assert "v15" in drafts and "by Ines Carvalho" in drafts and "not reviewed yet" in drafts
        text = page(client, "/policy/15/")
        assert "Not reviewed yet" in text and "It judges nothing yet." in text and "nobody yet" in text
        assert "In force" not in text
    assert as_who(client, cast.robin).get("/policy/15/").status_code == 404
    review(draft, by=cast.dana)
    text = page(as_who(client, cast.henrik), "/policy/15/")
    assert "Reviewed, not published" in text and "reviewed by Dana Whitlock, not published" in text


def test_the_desk_reads_how_the_policy_is_changed(maya: Client, cast: Cast, v14: PolicyVersion) -> None:
    assert "/policy/hand-in/" not in page(maya, "/policy/")
    assert "/policy/hand-in/" in page(as_who(maya, cast.ines), "/policy/")


def test_the_levels_say_how_long_they_have_at_quarter_end(
    maya: Client, cast: Cast, v14: PolicyVersion
) -> None:
    def levels(address: str) -> str:
        text = page(maya, address)
        return text[text.index('id="levels"') :].replace("\xa0", " ")

    before = levels("/policy/")
    assert "Q3 close" not in before and "usually" not in before
    begin_quarter_end(cast.ines, ("finance",))
    during = levels("/policy/")
    assert "Q3 close until Tue 3 March: what opens now has 50 % of the usual time at Finance." in during
    assert during.count("usually") == 3
    assert "<b>8 h</b>" in during and "usually 16 h" in during
    later = review(load(DEMO_TEXT.replace("number = 14\n", "number = 15\n"), by=cast.ines), by=cast.dana)
    publish(later, by=cast.ines)
    assert "Q3 close" not in levels("/policy/14/")


def test_before_a_policy_is_in_force_its_page_says_so(maya: Client, cast: Cast) -> None:
    version = review(load(DEMO_TEXT, by=cast.ines), by=cast.dana)
    publish(version, by=cast.ines, effective_from=NOW + timedelta(days=1))
    answer = maya.get("/policy/")
    assert answer.status_code == 409
    assert "No policy is in force" in answer.content.decode()


@pytest.mark.parametrize("address", ["/glossary/", "/policy/", "/policy/14/"])
def test_strangers_are_asked_to_sign_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("address", ["/glossary/", "/policy/", "/policy/14/"])
def test_the_pages_are_for_reading_only(maya: Client, v14: PolicyVersion, address: str) -> None:
    assert maya.post(address).status_code == 405


def test_the_pages_need_few_queries(maya: Client, v14: PolicyVersion, django_assert_num_queries: Any) -> None:
    page(maya, "/policy/")
    with django_assert_num_queries(10):
        maya.get("/policy/")


# --- words elsewhere ------------------------------------------------------------------------------------


def rendered(text: str) -> str:
    return Template("{% load glossary %}" + text).render(Context())


def test_a_term_leads_to_its_definition_and_carries_it() -> None:
    assert rendered('{% term "discount" %}') == (
        '<a class="term" href="/glossary/#word-discount" '
        'title="What the buyer pays less than list, over all lines and the whole term.">Discount</a>'
    )
    assert rendered('{% term "walk-away" "how far" %}').endswith(">how far</a>")
    assert rendered('{% definition "target" %}') == "Where the deal should land."


@pytest.mark.parametrize("tag", ["term", "definition"])
def test_a_word_that_is_not_in_the_glossary_is_a_mistake(tag: str) -> None:
    with pytest.raises(ValueError, match="the glossary has no word 'zebra'"):
        rendered(f'{{% {tag} "zebra" %}}')


def test_no_word_is_declared_twice() -> None:
    names = [word.name for word in EVERY.values()]
    assert len(EVERY) == len(METRICS) + len(WORDS) + len(MIXED_UP)
    assert len(set(names)) == len(names)


def test_the_document_of_metrics_is_up_to_date() -> None:
    assert (settings.BASE_DIR / "docs" / "metrics.md").read_text() == document()
