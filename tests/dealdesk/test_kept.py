"""Words typed without a session stand in their form again after the sign-in: for who typed them alone."""

from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from approvals.models import Decision, Step
from approvals.submit import submit
from base import clock
from deals.models import Deal
from people.models import User
from planning.models import Concern
from tests.brandt import make_brandt, step_of
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.http]
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "quiet-harbour-9"
ROOM = "/deals/D-1284/"
NOTE = "is back.</b>"


class Browser(Client):
    """A client that sends forms as a browser does: with the token of the page, and where it came from."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.token, self.page = "", ""

    def open(self, address: str, *, status: int = 200) -> str:
        answer = self.get(address)
        assert answer.status_code == status, address
        text = answer.content.decode()
        if 'name="csrfmiddlewaretoken" value="' in text:
            self.token = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        self.page = f"http://testserver{address}"
        return text

    def send(self, address: str, data: Mapping[str, Any], **headers: str) -> Any:
        form = {"csrfmiddlewaretoken": self.token, **data}
        return self.post(
            address, form, headers={"Referer": self.page, "Origin": "http://testserver", **headers}
        )

    def enter(self, user: User) -> None:
        """Through the sign-in page, as a person does; a session of somebody else has ended before."""
        self.open("/accounts/login/")
        sent = self.send("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert sent.status_code == 302, sent.content.decode()

    def expire(self) -> None:
        del self.cookies[settings.SESSION_COOKIE_NAME]


@pytest.fixture
def browser(cast: Cast) -> Browser:
    cache.clear()
    for user in (cast.henrik, cast.priya, cast.maya, cast.dana):
        user.set_password(PASSWORD)
        user.save()
    return Browser()


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return make_brandt(cast)


@pytest.fixture
def step(deal: Deal, cast: Cast) -> Step:
    return step_of(submit(deal, by=cast.maya), "finance")


def store() -> Any:
    return cache._cache.get_client()  # type: ignore[attr-defined]


def answer_late(browser: Browser, user: User, step: Step) -> str:
    """The review, opened while signed in and sent when no longer; returns its address."""
    browser.enter(user)
    review = f"/reviews/{step.pk}/"
    text = browser.open(review)
    seen = text.split('name="seen" value="')[1].split('"')[0]
    browser.expire()
    sent = browser.send(
        review, {"seen": seen, "verdict": "up_to", "reason": 'Not <b>"this"</b> deep', "discount": "19.5"}
    )
    assert (sent.status_code, sent["Location"]) == (302, f"/accounts/login/?next={review}")
    return review


def test_an_answer_sent_without_a_session_stands_in_its_form_after_the_sign_in(
    browser: Browser, cast: Cast, step: Step
) -> None:
    review = answer_late(browser, cast.henrik, step)
    assert "What you typed is kept for an hour" in browser.open(f"/accounts/login/?next={review}")
    browser.enter(cast.henrik)
    text = browser.open(review)
    assert NOTE in text
    assert 'value="up_to" checked' in text
    assert 'value="Not &lt;b&gt;&quot;this&quot;&lt;/b&gt; deep"' in text
    assert Decision.objects.count() == 0  # nothing is sent by itself
    assert NOTE not in browser.open(review)  # once


def test_somebody_else_sees_nothing_of_it_and_who_typed_it_still_does(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.henrik)
    browser.open(f"{ROOM}comments/")
    browser.expire()
    assert browser.send(f"{ROOM}comments/", {"text": "Not for other eyes"}).status_code == 302
    browser.enter(cast.maya)
    text = browser.open(f"{ROOM}comments/")
    assert "<textarea" in text  # the same form
    assert NOTE not in text and "other eyes" not in unescape(text)
    browser.expire()
    browser.enter(cast.henrik)
    assert "\nNot for other eyes</textarea>" in browser.open(f"{ROOM}comments/")


def test_after_an_hour_it_is_gone(browser: Browser, cast: Cast, step: Step) -> None:
    review = answer_late(browser, cast.henrik, step)
    key = f":1:kept:{browser.cookies['kept'].value}"
    assert 3590 < store().ttl(f"dealdesk{key}") <= 3600
    store().delete(f"dealdesk{key}")
    browser.enter(cast.henrik)
    assert NOTE not in browser.open(review)


def test_the_brief_comes_back_with_its_words_and_the_version_they_were_typed_on(
    browser: Browser, cast: Cast, deal: Deal
) -> None:
    browser.enter(cast.maya)
    text = browser.open(f"{ROOM}brief/")
    version = text.split('name="version" value="')[1].split('"')[0]
    browser.expire()
    sent = browser.send(
        f"{ROOM}brief/ask/", {"version": version, "objective": "Land the\nwhole group", "ask": "1"}
    )
    assert sent.status_code == 302
    browser.enter(cast.maya)
    text = browser.open(f"{ROOM}brief/")
    assert NOTE in text
    assert "\nLand the\nwhole group</textarea>" in text
    assert Deal.objects.get().version == int(version)


def test_autosave_without_a_session_says_so_in_its_place_and_keeps_what_is_sent_to_be_kept(
    browser: Browser, cast: Cast, deal: Deal
) -> None:
    browser.enter(cast.maya)
    browser.open(f"{ROOM}brief/")
    browser.expire()
    here = {"HX-Request": "true", "HX-Current-URL": browser.page}
    saved = browser.send(f"{ROOM}brief/", {"objective": "Land"}, **here)
    assert (saved.status_code, saved["HX-Retarget"]) == (401, "#trouble")
    assert 'data-go-on="/kept/"' in saved.content.decode()
    sent = browser.send("/kept/", {"objective": "Land it whole", "kept-for": f"{ROOM}brief/"})
    assert (sent.status_code, sent["Location"]) == (302, f"/accounts/login/?next={ROOM}brief/")
    browser.enter(cast.maya)
    assert "\nLand it whole</textarea>" in browser.open(f"{ROOM}brief/")


def test_a_page_of_an_earlier_sign_in_of_the_same_person_gives_its_words_to_the_new_one(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.henrik)
    review = f"/reviews/{step.pk}/"
    browser.open(review)
    old, page = browser.token, browser.page
    browser.expire()
    browser.enter(cast.henrik)  # in another tab
    browser.token, browser.page = old, page
    sent = browser.send(review, {"verdict": "decline", "reason": "Ask again in autumn"})
    assert (sent.status_code, sent["Location"]) == (302, review)
    assert 'value="Ask again in autumn"' in browser.open(review)
    assert Decision.objects.count() == 0


def test_a_page_of_somebody_elses_sign_in_is_refused_and_gives_nothing(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.henrik)
    review = f"/reviews/{step.pk}/"
    browser.open(review)
    old, page = browser.token, browser.page
    browser.expire()
    browser.enter(cast.priya)
    browser.token, browser.page = old, page
    sent = browser.send(review, {"verdict": "decline", "reason": "Ask again in autumn"})
    assert sent.status_code == 403
    assert "This page is older than your sign-in" in sent.content.decode()
    assert "autumn" not in sent.content.decode()
    assert "kept" not in browser.cookies


def test_another_site_can_leave_no_words_here(browser: Browser, cast: Cast, step: Step) -> None:
    browser.enter(cast.henrik)
    browser.token = "a" * 64
    foreign = {"Referer": "https://evil.example/", "Origin": "https://evil.example"}
    sent = browser.send(f"/reviews/{step.pk}/", {"reason": "Bought and paid"}, **foreign)
    assert sent.status_code == 403
    assert "paid" not in sent.content.decode()
    assert "kept" not in browser.cookies


def test_of_a_concern_nothing_is_kept_and_its_words_go_back_at_once(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.henrik)
    browser.open(f"{ROOM}concerns/")
    browser.expire()
    sent = browser.send(f"{ROOM}concerns/", {"text": "They cannot pay this", "name": "unnamed"})
    text = sent.content.decode()
    assert (sent.status_code, sent["Cache-Control"]) == (401, "no-store")
    assert "They cannot pay this</textarea>" in text
    assert "kept" not in browser.cookies
    assert list(store().scan_iter("*kept:*")) == []
    assert Concern.objects.count() == 0
    browser.enter(cast.henrik)
    assert "They cannot pay" not in browser.open(f"{ROOM}concerns/")


def test_files_are_named_to_be_chosen_again_and_never_kept(browser: Browser, cast: Cast, deal: Deal) -> None:
    browser.enter(cast.maya)
    browser.open(f"{ROOM}brief/")
    browser.expire()
    browser.send(f"{ROOM}brief/", {"objective": "Land", "file": SimpleUploadedFile("Terms.pdf", b"secret")})
    (stored,) = cache.get(f"kept:{browser.cookies['kept'].value}")
    assert stored["files"] == ("Terms.pdf",)
    assert "secret" not in str(stored)
    browser.enter(cast.maya)
    assert "Choose again: Terms.pdf" in browser.open(f"{ROOM}brief/")


def test_passwords_receipts_and_tokens_are_never_kept(browser: Browser, cast: Cast, deal: Deal) -> None:
    browser.enter(cast.maya)
    browser.open(f"{ROOM}brief/")
    browser.expire()
    browser.send(f"{ROOM}brief/", {"objective": "Land", "password1": "x", "receipt": "1234-5678"})
    (stored,) = cache.get(f"kept:{browser.cookies['kept'].value}")
    assert stored["words"] == (("objective", "Land"),)
    assert stored["at"] <= clock.now() <= stored["at"] + timedelta(minutes=1)


def test_a_refusal_of_a_whole_page_keeps_its_words_for_the_next_look(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.priya)
    browser.open("/")
    sent = browser.send(f"/reviews/{step.pk}/", {"verdict": "decline", "reason": "Too deep for me"})
    text = sent.content.decode()
    assert sent.status_code in (403, 404)
    assert "What you typed is kept for an hour" in text


def test_the_address_that_keeps_takes_only_what_is_sent_and_does_nothing_with_it(
    browser: Browser, cast: Cast, step: Step
) -> None:
    browser.enter(cast.henrik)
    review = f"/reviews/{step.pk}/"
    browser.open(review)
    assert browser.get("/kept/").status_code == 405
    words = {"kept-for": review, "verdict": "decline", "reason": "Not this year", "seen": step.terms_hash}
    sent = browser.send("/kept/", words)
    assert (sent.status_code, sent["Location"]) == (302, review)
    assert Decision.objects.count() == 0
    assert 'value="Not this year"' in browser.open(review)


@pytest.mark.django_db(transaction=True)
def test_words_sent_while_the_database_is_away_stand_in_their_form_when_it_is_back(
    browser: Browser, cast: Cast, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.enter(cast.henrik)
    review = f"/reviews/{step.pk}/"
    browser.open(review)
    browser.raise_request_exception = False
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        sent = browser.send(review, {"verdict": "decline", "reason": "Not this year"})
    assert (sent.status_code, sent["Refresh"]) == (503, f"5;url={review}")
    assert 'value="Not this year"' in browser.open(review)
    assert Decision.objects.count() == 0
