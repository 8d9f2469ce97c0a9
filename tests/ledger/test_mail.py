import pytest
from django.core import mail

from ledger.effects import deliver, schedule
from ledger.mail import message_id
from ledger.models import Effect
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def henrik():
    return person("henrik", "Henrik Sørensen", "finance")


def written(reader, now, **changes):
    told = {"subject": "Brandt, D-1284", "text": "Please answer by 16:20.", "path": "/reviews/7/"} | changes
    return schedule("mail", "mail:1", f"mail:review:step:7:1:{reader.pk}", now, to=reader.pk, **told)


def test_a_mail_reaches_its_reader_with_the_page_to_open(henrik, now, settings):
    settings.SITE_URL = "https://desk.helio.example"
    effect = written(henrik, now)
    deliver(effect.pk, now)
    (sent,) = mail.outbox
    assert sent.to == ["henrik@helio.example"]
    assert sent.subject == "Brandt, D-1284"
    assert sent.body == "Please answer by 16:20.\n\nhttps://desk.helio.example/reviews/7/\n"
    assert sent.message()["Message-ID"] == message_id(effect)
    assert message_id(effect).endswith("@desk.helio.example>")
    assert Effect.objects.get().state == "done"


def test_a_second_sending_after_a_crash_has_the_same_id(henrik, now, monkeypatch):
    effect = written(henrik, now)
    deliver(effect.pk, now)
    Effect.objects.update(state="pending", done_at=None)
    deliver(effect.pk, now)
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second


def test_two_mails_have_two_ids(henrik, now):
    lena = person("lena")
    assert message_id(written(henrik, now)) != message_id(written(lena, now))


def test_nobody_who_left_is_written_to(henrik, now):
    henrik.is_active = False
    henrik.save()
    deliver(written(henrik, now).pk, now)
    assert mail.outbox == []
    assert Effect.objects.get().state == "done"


def test_a_line_break_in_the_subject_sends_no_header_of_its_own(henrik, now):
    deliver(written(henrik, now, subject="Brandt\nBcc: all@helio.example").pk, now)
    (sent,) = mail.outbox
    assert sent.subject == "Brandt Bcc: all@helio.example"
    assert sent.recipients() == ["henrik@helio.example"]


def test_a_mail_that_cannot_be_sent_is_tried_again(henrik, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    effect = written(henrik, now)
    deliver(effect.pk, now)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == ("pending", 1)
    assert effect.last_error.startswith("ConnectionRefusedError")
