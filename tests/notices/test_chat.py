"""Chat messages as they arrive at a real server."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core import mail

from base.errors import Invalid, NotYours
from ledger.claim import TRIES
from ledger.models import Effect
from notices.channels import set_chat, take_out, try_out
from notices.endpoint import described
from notices.models import Channel
from people.models import Team, User
from tests.cast import person
from tests.notices.telling import NOON, message, swept, told

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Room:
    """A real chat endpoint: what arrived, with which key, and how it answers."""

    url: str = ""
    answer: int = 200
    said: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture
def room(settings: Any) -> Iterator[Room]:
    room = Room()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            read = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            room.said.append((read["title"], read["message"], self.headers["Idempotency-Key"]))
            self.send_response(room.answer)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    room.url = f"json://127.0.0.1:{server.server_port}/hook/s3cret"
    settings.CHAT_PRIVATE_HOSTS = ["127.0.0.1"]
    yield room
    server.shutdown()
    server.server_close()


@pytest.fixture
def henrik() -> User:
    return person("henrik", "Henrik Sørensen", "finance")


@pytest.fixture
def ines() -> User:
    return person("ines", "Ines Carvalho", "desk")


def test_what_is_told_by_mail_is_told_in_the_chat_with_a_stable_key(henrik: User, room: Room) -> None:
    set_chat(by=henrik, url=room.url)
    told(message(henrik))
    swept(NOON)
    Effect.objects.filter(kind="chat").update(state="pending", done_at=None)
    swept(NOON)
    once = ("Brandt, D-1284", "Please answer by 16:20.\nhttp://localhost:8000/reviews/7/")
    key = f"chat:review:step:7:1:{henrik.pk}"
    assert room.said == [(*once, key), (*once, key)]
    assert len(mail.outbox) == 1


def test_a_chat_that_fails_is_tried_again_and_parked_by_itself(
    henrik: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    set_chat(by=henrik, url=room.url)
    room.answer = 500
    told(message(henrik))
    swept(NOON)
    effect = Effect.objects.get(kind="chat")
    assert (effect.state, effect.last_error) == ("pending", "NotDelivered: JSON answered 500.")
    Effect.objects.filter(kind="chat").update(attempts=TRIES - 1, due_at=NOON)
    swept(NOON)
    effect.refresh_from_db()
    assert effect.state == "parked"
    assert len(mail.outbox) == 1
    assert Effect.objects.get(kind="mail").state == "done"
    assert "s3cret" not in caplog.text + effect.payload + str(Channel.objects.get())


def test_the_chat_of_a_team_reads_who_is_meant_and_where_once_for_all(
    henrik: User, ines: User, room: Room
) -> None:
    team = Team.objects.create(name="Finance", region="DACH")
    lena = person("lena", "Lena Vogt", "finance")
    User.objects.filter(pk__in=[henrik.pk, lena.pk]).update(team=team)
    with pytest.raises(NotYours):
        set_chat(by=henrik, url=room.url, team=team)
    assert not Channel.objects.exists()
    set_chat(by=ines, url=room.url, team=team)
    people = list(User.objects.filter(team=team).order_by("pk"))
    told(*(message(each, link="/answer/{token}/", sealed=f"answer:{each.pk}") for each in people))
    told(*(message(each, kind="watched", key=f"watched:{each.pk}") for each in people))
    swept(NOON)
    ((title, said, _),) = room.said
    assert title == "Brandt, D-1284"
    assert said == "For Henrik Sørensen, Lena Vogt: http://localhost:8000/reviews/7/"


def test_nothing_is_written_to_a_chat_that_was_taken_out_or_of_who_left(henrik: User, room: Room) -> None:
    channel = set_chat(by=henrik, url=room.url)
    told(message(henrik))
    take_out(channel, by=henrik)
    swept(NOON)
    set_chat(by=henrik, url=room.url)
    told(message(henrik, key="another"))
    User.objects.update(is_active=False)
    swept(NOON)
    assert room.said == []
    assert set(Effect.objects.values_list("state", flat=True)) == {"done"}


def test_a_chat_can_be_tried_and_says_what_came_back(henrik: User, ines: User, room: Room) -> None:
    channel = set_chat(by=henrik, url=room.url)
    try_out(channel, by=henrik)
    assert [said[:2] for said in room.said] == [
        ("Deal Desk can write here", "Henrik Sørensen tried it. http://localhost:8000/")
    ]
    room.answer = 403
    with pytest.raises(Invalid, match="did not arrive: JSON answered 403"):
        try_out(channel, by=henrik)
    with pytest.raises(NotYours):
        try_out(channel, by=ines)
    with pytest.raises(NotYours):
        take_out(channel, by=ines)
    assert Channel.objects.get() == channel


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "exec://ls",
            "dbus://",
            "syslog://",
            "mailto://a:b@c.example",
            "",
            "slack://",
        ),
        *("https://desk.example/hook", "json://localhost:1/", "json://10.1.2.3/", "json://169.254.169.254/"),
        *("json://2130706433/", "json://[::1]/", "json://[::ffff:127.0.0.1]/", "mmost://127.0.0.1/token"),
        *(
            "discord://1/a?template=/etc/passwd",
            "json://8.8.8.8/?redirect=yes",
            "json://8.8.8.8/" + "x" * 1000,
        ),
    ],
)
def test_a_chat_reaches_no_file_no_program_and_nothing_inside(henrik: User, url: str) -> None:
    with pytest.raises(Invalid):
        set_chat(by=henrik, url=url)
    assert not Channel.objects.exists()


def test_an_address_is_described_without_what_would_let_others_write_there() -> None:
    slack = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert described(slack) == "Slack"
    assert described("mmosts://chat.helio.example/s3cret") == "Mattermost, chat.helio.example"
