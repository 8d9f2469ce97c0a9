"""The inbox, how one is told, and the page that stops mails: nothing changes by looking."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notices.kinds import Group
from notices.links import unsubscribe_path
from notices.models import Channel, Notice, Preference
from people.models import Team, User
from tests.cast import person
from tests.notices.telling import NOON, message, several, told

pytestmark = pytest.mark.django_db
WANTED = {
    **{f"{group}_{way}": "now" for group in Group for way in ("mail", "chat")},
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "digest_at": "08:30",
}
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture(autouse=True)
def thursday() -> Any:
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def henrik() -> User:
    return person("henrik", "Henrik Sørensen", "finance")


@pytest.fixture
def inside(client: Client, henrik: User) -> Client:
    client.force_login(henrik)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def unread() -> list[str]:
    return list(Notice.objects.filter(read_at=None).order_by("pk").values_list("subject", flat=True))


def test_unread_ones_come_first_and_looking_reads_nothing(inside: Client, henrik: User) -> None:
    several(henrik, 3)
    Notice.objects.filter(subject="News 3").update(read_at=NOON)
    told(message(person("lena"), subject="To another"))
    told(message(henrik, subject="Not yet", key="later"), at=NOON + timedelta(hours=2))
    read = page(inside, "/notices/")
    assert read.index("News 2") < read.index("News 1") < read.index("News 3")
    assert "To another" not in read and "Not yet" not in read
    assert 'aria-label="Notices, 2 unread"' in read
    assert len(unread()) == 4


def test_opening_one_marks_it_and_leads_to_its_page(inside: Client, henrik: User) -> None:
    several(henrik, 2)
    first = Notice.objects.get(subject="News 1")
    assert inside.get(f"/notices/{first.pk}/open/").status_code == 405
    assert unread() == ["News 1", "News 2"]
    answer = inside.post(f"/notices/{first.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/deals/D-1/")
    assert unread() == ["News 2"]


def test_all_are_marked_that_were_on_the_screen_and_of_nobody_else(inside: Client, henrik: User) -> None:
    several(henrik, 2)
    told(message(person("lena"), subject="To another"))
    newest = Notice.objects.get(subject="News 2").pk
    told(message(henrik, subject="Came since", key="since"))
    assert inside.post("/notices/read/", {"up_to": "x"}).status_code == 422
    inside.post("/notices/read/", {"up_to": newest})
    assert unread() == ["To another", "Came since"]


def test_one_and_thirty_notices_take_the_same_queries_and_the_count_is_capped(
    inside: Client, henrik: User
) -> None:
    counts = []
    for count in (1, 120):
        several(henrik, count, kind="met" if count == 1 else "granted")
        with CaptureQueriesContext(connection) as asked:
            read = page(inside, "/notices/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert '<span class="n">99+</span>' in read and "1 to 25 of 121" in read


def test_an_empty_inbox_says_what_will_be_in_it(inside: Client) -> None:
    assert "Nothing yet" in page(inside, "/notices/")


def test_wishes_are_kept_and_a_senseless_one_is_said_beside_its_field(inside: Client, henrik: User) -> None:
    assert inside.post("/profile/notifications/", WANTED).status_code == 302
    row = Preference.objects.get(user=henrik)
    assert (f"{row.quiet_from:%H:%M}", f"{row.digest_at:%H:%M}") == ("22:00", "08:30")
    for wrong, said in (
        ({"decisions_mail": "off", "decisions_chat": "off"}, "cannot be switched off everywhere"),
        ({"quiet_until": ""}, "Quiet hours begin and end"),
        ({"digest_at": "25:00"}, "Enter a valid time"),
    ):
        answer = inside.post("/profile/notifications/", WANTED | wrong)
        assert answer.status_code == 422 and said in answer.content.decode()
    row.refresh_from_db()
    assert (row.decisions_mail, f"{row.quiet_until:%H:%M}") == ("now", "07:00")


def test_an_address_is_kept_and_shown_to_nobody_again(inside: Client, henrik: User) -> None:
    inside.post("/profile/notifications/chat/", {"url": SLACK})
    assert Channel.objects.get().user == henrik
    read = page(inside, "/profile/notifications/")
    assert "<b>Slack</b>" in read and "hooks.slack" not in read and "TIiaj" not in read
    wrong = inside.post("/profile/notifications/chat/", {"url": "file:///etc/s3cret"})
    assert wrong.status_code == 422
    assert "no address of a chat we write to" in wrong.content.decode()
    assert "s3cret" not in wrong.content.decode()
    assert Channel.objects.get().url == SLACK


def test_the_desk_alone_sets_the_chat_of_a_team(inside: Client, client: Client) -> None:
    team = Team.objects.create(name="Enterprise DACH", region="DACH")
    asked = {"url": SLACK, "team": team.pk}
    assert "Chats of teams" not in page(inside, "/profile/notifications/")
    assert inside.post("/profile/notifications/chat/", asked).status_code == 403
    assert not Channel.objects.exists()
    ines = person("ines", "Ines Carvalho", "desk")
    client.force_login(ines)
    client.post("/profile/notifications/chat/", asked)
    assert (Channel.objects.get().team, Channel.objects.get().added_by) == (team, ines)
    assert "Enterprise DACH" in page(client, "/profile/notifications/")


def test_mails_are_stopped_by_one_click_without_signing_in_and_never_by_looking(
    client: Client, henrik: User
) -> None:
    client = Client(enforce_csrf_checks=True)
    address = unsubscribe_path(henrik.pk, Group.OUTCOMES)
    assert "Stop these mails?" in page(client, address)
    assert not Preference.objects.exists()
    answer = client.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert Preference.objects.get(user=henrik).outcomes_mail == "off"
    for forged in (address.replace("outcomes", "tasks"), address.replace(f"/{henrik.pk}-", "/999-")):
        assert client.post(forged).status_code == 404
    assert Preference.objects.get().tasks_mail == "now"
