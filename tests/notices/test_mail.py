"""Mail as it arrives at a real mail server."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from base.locales import HOUSE, current
from base.sealed import token
from ledger.effects import deliver
from ledger.models import Effect
from notices.mail import letter, message_id
from notices.message import Line
from notices.models import Notice
from people.models import User
from tests.cast import person
from tests.conftest import Post
from tests.notices.reading import body
from tests.notices.telling import NOON, message, several, told
from tests.words.pseudo import SPOKEN, spoken, wide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def henrik() -> User:
    return person("henrik", "Henrik Sørensen", "finance")


def written(user: User, **changes: Any) -> Effect:
    one = message(user, **changes)
    told(one)
    return Effect.objects.get(dedupe_key=f"mail:{one.key}")


def sent(smtp: Post, effect: Effect) -> Any:
    deliver(effect.pk, NOON)
    effect.refresh_from_db()
    assert effect.last_error == ""
    return smtp.mails[-1]


def test_it_says_the_same_as_text_and_as_html_with_the_page_to_open(
    henrik: User, smtp: Post, settings: Any
) -> None:
    settings.SITE_URL = "https://desk.helio.example"
    arrived = sent(smtp, written(henrik))
    assert (arrived["To"], arrived["Subject"]) == ("henrik@helio.example", "Brandt, D-1284")
    assert body(arrived, "plain") == (
        "Please answer by 16:20.\n\nhttps://desk.helio.example/reviews/7/\n\n--\n"
        "Notice settings: https://desk.helio.example/profile/notifications/\n"
    )
    page = body(arrived, "html")
    assert "Please answer by 16:20." in page
    assert 'href="https://desk.helio.example/reviews/7/"' in page
    assert "<img" not in page and 'style="' in page and "prefers-color-scheme: dark" in page
    assert Effect.objects.get().state == "done"


def test_what_it_lists_is_listed_with_a_link_each_and_escaped_where_it_must_be(
    henrik: User, smtp: Post
) -> None:
    lines = (Line("A & B <b>, by noon", "/reviews/8/"), Line("as CFO", ""))
    arrived = sent(smtp, written(henrik, text="", lines=lines))
    assert body(arrived, "plain").startswith(
        "- A & B <b>, by noon\n  http://localhost:8000/reviews/8/\n- as CFO\n\nhttp://localhost:8000/reviews/7/"
    )
    assert "A &amp; B &lt;b&gt;, by noon</a></li>" in body(arrived, "html")


def test_a_token_is_in_the_mail_and_in_no_row(henrik: User, smtp: Post) -> None:
    effect = written(henrik, link="/answer/{token}/", sealed="answer:7")
    arrived = sent(smtp, effect)
    for kind in ("plain", "html"):
        assert f"/answer/{token('answer:7')}/" in body(arrived, kind)
    row = Notice.objects.values().get()
    assert token("answer:7") not in f"{row} {effect.payload}"


def test_mails_of_one_deal_stand_in_one_thread(henrik: User, smtp: Post) -> None:
    first, second = (sent(smtp, written(henrik, key=f"review:{place}")) for place in (1, 2))
    other = sent(smtp, written(henrik, key="review:3", stream="deal:8"))
    assert first["References"] == first["In-Reply-To"] == second["References"] != other["References"]
    assert len({first["Message-ID"], second["Message-ID"], other["Message-ID"], first["References"]}) == 4


def test_a_second_sending_after_a_crash_has_the_same_id(henrik: User, smtp: Post) -> None:
    effect = written(henrik)
    first = sent(smtp, effect)
    Effect.objects.update(state="pending", done_at=None)
    assert (
        sent(smtp, effect)["Message-ID"] == first["Message-ID"] == message_id(f"review:step:7:1:{henrik.pk}")
    )


def test_one_click_can_stop_it(henrik: User, smtp: Post) -> None:
    arrived = sent(smtp, written(henrik, kind="granted"))
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["List-Unsubscribe"].strip().startswith("<http://localhost:8000/unsubscribe/")


def test_nobody_who_left_is_written_to(henrik: User) -> None:
    effect = written(henrik)
    User.objects.update(is_active=False)
    deliver(effect.pk, NOON)
    assert mail.outbox == []
    assert Effect.objects.get().state == "done"


def test_a_line_break_in_the_subject_sends_no_header_of_its_own(henrik: User, smtp: Post) -> None:
    arrived = sent(smtp, written(henrik, subject="Brandt\r\nBcc: all@helio.example"))
    assert arrived["Subject"] == "Brandt Bcc: all@helio.example"
    assert arrived["Bcc"] is None


def test_a_mail_that_cannot_be_sent_is_tried_again(henrik: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    effect = written(henrik)
    deliver(effect.pk, NOON)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == ("pending", 1)
    assert effect.last_error.startswith("ConnectionRefusedError")


def test_its_frame_is_in_the_language_of_who_is_written_to(henrik: User) -> None:
    User.objects.filter(pk=henrik.pk).update(locale=SPOKEN)
    told(message(henrik))
    several(henrik, 2)
    with spoken():
        one = letter(list(Notice.objects.filter(kind="review").select_related("user")), key="one")
        two = letter(list(Notice.objects.filter(kind="granted").select_related("user")), key="two")
    html = str(one.alternatives[0][0])
    assert f'<html lang="{SPOKEN}"' in html
    assert wide("Open in Deal Desk") in html
    assert wide("Notice settings") in html
    assert wide("Notice settings") in str(one.body)
    assert "Please answer by 16:20." in str(one.body)  # kept, as it was told
    assert two.subject == wide("2 messages of your deal desk")
    assert (current(), timezone.get_current_timezone_name()) == (HOUSE, "Europe/Berlin")
