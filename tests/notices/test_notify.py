"""One message: in the inbox at once, by mail as its reader chose, never twice, and not in a back-fill."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from approvals import tell, told_in_return
from base.errors import Invalid
from ledger.models import Effect
from notices.kinds import GROUPS, Group
from notices.models import Notice, Preference
from notices.notify import notify, telling_nobody
from notices.prefer import prefer, unsubscribe
from people.models import User
from tests.cast import person
from tests.notices.reading import body
from tests.notices.telling import NOON, message, several, swept, told

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = datetime(2026, 6, 12, 6, 0, tzinfo=UTC)  # the next morning in Berlin
LATE = datetime(2026, 6, 11, 21, 0, tzinfo=UTC)  # 23:00 in Berlin


@pytest.fixture
def henrik() -> User:
    return person("henrik", "Henrik Sørensen", "finance")


def test_a_message_is_in_the_inbox_and_sent_once_however_often_it_is_told(henrik: User) -> None:
    for _ in range(2):
        told(message(henrik))
        swept(NOON)
    prefer(by=henrik, chosen={"decisions_mail": "daily"})
    told(message(henrik))
    swept(EIGHT)
    assert [sent.subject for sent in mail.outbox] == ["Brandt, D-1284"]
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.at, notice.read_at) == (henrik, "review", NOON, None)


def test_nothing_is_told_of_what_happened_before_we_were_here(henrik: User) -> None:
    with telling_nobody():
        told(message(henrik))
    assert not Notice.objects.exists() and not Effect.objects.exists()


def test_a_kind_that_no_group_has_is_a_mistake(henrik: User) -> None:
    with pytest.raises(ValueError, match="names no group for 'gossip'"):
        told(message(henrik, kind="gossip"))


def test_the_daily_mail_says_all_that_was_not_sent_and_none_is_sent_of_nothing(henrik: User) -> None:
    prefer(by=henrik, chosen={"outcomes_mail": "daily"})
    several(henrik, 3)
    swept(NOON)
    assert mail.outbox == []
    Notice.objects.filter(subject="News 2").update(read_at=NOON)
    swept(EIGHT)
    (sent,) = mail.outbox
    assert sent.subject == "2 messages of your deal desk"
    assert "News 1\nPlease answer by 16:20.\n\nhttp://localhost:8000/deals/D-1/\n\nNews 3\n" in sent.body
    assert "References" not in sent.extra_headers
    several(henrik, 1, at=EIGHT)
    Notice.objects.update(read_at=EIGHT)
    swept(EIGHT.replace(day=13))
    assert len(mail.outbox) == 1
    assert set(Effect.objects.values_list("state", flat=True)) == {"done"}


def test_a_daily_mail_that_is_sent_again_is_the_same_mail(henrik: User) -> None:
    prefer(by=henrik, chosen={"outcomes_mail": "daily"})
    several(henrik, 2)
    swept(EIGHT)
    Effect.objects.update(state="pending", done_at=None)
    swept(EIGHT)
    first, second = ((sent.body, sent.extra_headers["Message-ID"]) for sent in mail.outbox)
    assert first == second


def test_what_comes_in_quiet_hours_is_one_mail_at_their_end(henrik: User) -> None:
    prefer(by=henrik, chosen={"quiet_from": time(22), "quiet_until": time(8)})
    several(henrik, 2, at=LATE)
    assert Notice.objects.inbox_of(henrik.pk, LATE).count() == 2
    swept(LATE)
    assert mail.outbox == []
    swept(EIGHT)
    assert [sent.subject for sent in mail.outbox] == ["2 messages of your deal desk"]


def test_one_that_waited_alone_is_the_mail_it_would_have_been(henrik: User) -> None:
    prefer(by=henrik, chosen={"quiet_from": time(22), "quiet_until": time(8)})
    told(message(henrik), at=LATE)
    swept(EIGHT)
    (sent,) = mail.outbox
    assert (sent.subject, "References" in sent.extra_headers) == ("Brandt, D-1284", True)
    assert "Open in Deal Desk" in str(sent.message())


@pytest.mark.parametrize(
    "wrong",
    [
        {"decisions_mail": "off", "decisions_chat": "off"},
        {"quiet_from": time(22)},
        {"quiet_until": time(7)},
        {"quiet_from": time(7), "quiet_until": time(7)},
    ],
)
def test_a_senseless_wish_changes_nothing(henrik: User, wrong: dict[str, Any]) -> None:
    prefer(by=henrik, chosen={"digest_at": time(9)})
    before = Preference.objects.values().get()
    with pytest.raises(Invalid):
        prefer(by=henrik, chosen=wrong)
    assert Preference.objects.values().get() == before


def test_unsubscribing_puts_off_what_waits_for_me_and_stops_the_rest(henrik: User) -> None:
    unsubscribe(henrik, Group.OUTCOMES)
    row = Preference.objects.get()
    assert (row.outcomes_mail, row.tasks_mail, row.decisions_mail) == ("off", "now", "now")
    unsubscribe(henrik, None)
    row.refresh_from_db()
    assert (row.tasks_mail, row.watched_mail, row.decisions_mail) == ("off", "off", "daily")


def test_a_gathered_mail_can_be_read_as_html(henrik: User, smtp: Any) -> None:
    prefer(by=henrik, chosen={"outcomes_mail": "daily"})
    several(henrik, 2)
    swept(EIGHT)
    page = body(smtp.mails[-1], "html")
    assert 'href="http://localhost:8000/deals/D-2/"' in page and "News 2</a></h2>" in page


def test_every_kind_that_is_told_belongs_to_a_group() -> None:
    assert {*tell.WORDS, *told_in_return.WORDS, "unroutable", "overdue", "watched"} <= set(GROUPS)


def test_a_message_takes_three_statements_however_many_it_is_told_to(
    henrik: User, django_assert_num_queries: Any
) -> None:
    people = [henrik, *(person(f"reader-{place}") for place in range(9))]
    with transaction.atomic(), django_assert_num_queries(3):
        notify((message(user) for user in people), at=NOON)
    assert Notice.objects.count() == Effect.objects.count() == 10
