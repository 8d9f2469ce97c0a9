import io
import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from base import clock
from base.format import SPACE
from deals.comment import comment, edit_comment, take_back
from deals.models import Comment, Deal, Wording
from desk.comments import A_PAGE, Part, page_of, parts
from ledger.models import Event
from notices.models import Notice
from people.models import User
from tests.cast import Cast

PAGE = "/deals/D-1284/comments/"
Read = Callable[..., str]


@pytest.fixture
def read(client: Client) -> Read:
    def read_(who: User, address: str = PAGE) -> str:
        client.force_login(who)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return read_


def send(client: Client, who: User, address: str = PAGE, **said: Any) -> Any:
    client.force_login(who)
    return client.post(address, {"sent": str(uuid4()), **said})


def say(deal: Deal, by: User, text: str, **more: Any) -> Comment:
    return comment(deal, by=by, text=text, sent=uuid4(), **more)


def test_a_comment_has_its_place_and_its_tab_counts_it(
    brandt: Deal, cast: Cast, client: Client, read: Read
) -> None:
    sent = send(client, cast.maya, text="They open in August.\nSee https://brandt.example/plan?a=1&b=2.")

    assert (sent.status_code, sent["Location"]) == (302, f"{PAGE}?page=1#c1")
    page = read(cast.marcus)
    assert '<li id="c1"' in page
    assert "They open in August.<br>See" in page
    assert '<a href="https://brandt.example/plan?a=1&amp;b=2" rel="nofollow">' in page
    assert f'<a href="{PAGE}" aria-current="page">Comments<span class="n">1</span></a>' in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "javascript:alert(1)", '<a href="x">b</a>'])
def test_words_are_words(brandt: Deal, cast: Cast, client: Client, read: Read, text: str) -> None:
    send(client, cast.maya, text=text)
    page = read(cast.maya).partition('<ol class="talk">')[2].partition("</ol>")[0]
    assert "<script" not in page and 'href="x"' not in page and 'href="javascript' not in page


def test_the_same_form_sent_twice_makes_one_comment(brandt: Deal, cast: Cast, client: Client) -> None:
    sent = str(uuid4())
    answers = [send(client, cast.maya, text="Once.", sent=sent)["Location"] for _ in range(2)]
    assert answers == [f"{PAGE}?page=1#c1"] * 2
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write something first."),
        ("   ", "Write something first."),
        ("x" * 4001, "A comment has at most 4000 characters, this one 4001."),
        ("@Elena Petrova, look", "Elena Petrova may not see D-1284. Share the deal with them first"),
        ("@Jonas, look", "Nobody here is called @Jonas."),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    brandt: Deal, cast: Cast, client: Client, text: str, said: str
) -> None:
    answer = send(client, cast.maya, text=text, sent=(sent := str(uuid4())))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page and sent in page and f"{text}</textarea>" in page.replace("\n", "")
    assert not Comment.objects.exists() and not Notice.objects.exists()


def test_an_answer_says_what_it_answers(brandt: Deal, cast: Cast, client: Client, read: Read) -> None:
    say(brandt, cast.maya, "August?")
    assert "comment 1</a> of Maya Okafor." in read(cast.marcus, f"{PAGE}?reply=1")
    send(client, cast.marcus, text="Yes.", answers="1")
    assert '<a href="/deals/D-1284/comments/1/">Maya Okafor, comment 1</a>' in read(cast.maya)
    assert Comment.objects.get(number=2).answers == Comment.objects.get(number=1)


def test_who_is_named_stands_out_and_is_told_where(
    brandt: Deal, cast: Cast, client: Client, read: Read
) -> None:
    send(client, cast.maya, text="Can @marcus look?")
    assert 'Can <b class="at" title="Marcus Bell">@marcus</b> look?' in read(cast.ines)
    notice = Notice.objects.get()
    client.force_login(cast.marcus)
    assert client.get(notice.path)["Location"] == f"{PAGE}?page=1#c1"


def test_only_who_sees_the_deal_is_offered(brandt: Deal, cast: Cast, read: Read) -> None:
    offered = read(cast.maya).partition('<datalist id="people-here">')[2].partition("</datalist>")[0]
    assert [name for name in ("Maya Okafor", "Marcus Bell", "Ines Carvalho") if name in offered] == [
        "Maya Okafor",
        "Marcus Bell",
        "Ines Carvalho",
    ]
    assert "Elena Petrova" not in offered


def test_an_edit_shows_with_its_time_and_what_was_said_before(
    brandt: Deal, cast: Cast, client: Client, read: Read
) -> None:
    say(brandt, cast.maya, "In August.")
    form = read(cast.maya, f"{PAGE}?edit=1")
    assert 'name="c1-over" value="1"' in form and "In August.</textarea>" in form.replace("\n", "")
    sent = send(client, cast.maya, f"{PAGE}1/", **{"c1-text": "In September.", "c1-over": "1"})
    assert sent["Location"] == f"{PAGE}?page=1#c1"
    page = read(cast.marcus)
    assert "by Maya Okafor</summary>" in page and "Edited today" in page
    assert page.index("In September.") < page.index("In August.")


def test_an_edit_over_words_that_moved_loses_neither(brandt: Deal, cast: Cast, client: Client) -> None:
    made = say(brandt, cast.maya, "In August.")
    edit_comment(made, by=cast.maya, text="In September.", over=1)
    answer = send(client, cast.maya, f"{PAGE}1/", **{"c1-text": "In May.", "c1-over": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "You have worded it anew since" in page and "In May." in page and "In September." in page
    assert 'name="c1-over" value="2"' in page
    assert Wording.objects.count() == 2


@pytest.mark.parametrize("who", ["marcus", "ines", "robin"])
def test_nobody_words_what_another_said(
    brandt: Deal, cast: Cast, client: Client, read: Read, who: str
) -> None:
    say(brandt, cast.maya, "In August.")
    user = getattr(cast, who)
    assert "Save the new words" not in read(user, f"{PAGE}?edit=1")
    answer = send(client, user, f"{PAGE}1/", **{"c1-text": "Never.", "c1-over": "1"})
    assert answer.status_code == 403
    assert Wording.objects.count() == 1


def test_what_was_taken_back_is_read_by_the_desk_and_auditors_alone(
    brandt: Deal, cast: Cast, client: Client, read: Read
) -> None:
    say(brandt, cast.maya, "Their price is 12.")
    assert send(client, cast.maya, f"{PAGE}1/take-back/").status_code == 302
    for user, reads in ((cast.maya, False), (cast.marcus, False), (cast.ines, True), (cast.robin, True)):
        page = read(user)
        assert "Maya Okafor took it back today" in page
        assert ("Their price is 12." in page) is reads
    assert "Take back" not in read(cast.maya)


def test_a_stranger_learns_nothing(brandt: Deal, cast: Cast, client: Client) -> None:
    say(brandt, cast.maya, "In August.")
    client.force_login(cast.elena)
    for address in (PAGE, f"{PAGE}1/", f"{PAGE}9/"):
        assert client.get(address).status_code == client.post(address).status_code == 404
    assert client.post(f"{PAGE}1/take-back/").status_code == 404


def test_an_auditor_reads_and_a_closed_deal_is_only_read(
    brandt: Deal, cast: Cast, client: Client, read: Read
) -> None:
    say(brandt, cast.maya, "In August.")
    assert "You read what is said here." in read(cast.robin)
    assert send(client, cast.robin, text="Hm.").status_code == 403
    Deal.objects.update(status="lost", closed_at=clock.now())
    page = read(cast.maya)
    assert "D-1284 is closed: what was said stays" in page
    assert "In August." in page and "Edit<" not in page and "Answer<" not in page
    assert send(client, cast.maya, text="Late.").status_code == 409
    assert Comment.objects.count() == 1


def test_the_record_says_who_spoke_and_never_what(brandt: Deal, cast: Cast, read: Read) -> None:
    made = say(brandt, cast.maya, "@Marcus Bell, in August.")
    edit_comment(made, by=cast.maya, text="In September.", over=1)
    take_back(made, by=cast.ines)
    page = read(cast.robin, "/deals/D-1284/record/?kind=comment")
    for words in (
        "<b>Maya Okafor</b> wrote comment 1.<small>It names Marcus Bell.</small>",
        "<b>Maya Okafor</b> worded comment 1 anew.",
        "<b>Ines Carvalho</b> took comment 1 back.",
    ):
        assert words in page
    assert "August" not in page and "September" not in page
    assert Event.objects.of(brandt.stream).filter(kind__startswith="comment.").count() == 3


def test_what_is_said_is_in_no_line_of_the_log(brandt: Deal, cast: Cast, client: Client) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        send(client, cast.maya, text="The secret is 12. @Jonas")
        send(client, cast.maya, text="The secret is 12.")
    finally:
        logging.getLogger().removeHandler(handler)
    assert Comment.objects.count() == 1
    assert "secret" not in stream.getvalue()


def test_each_address_leads_to_its_page_of_many(brandt: Deal, cast: Cast, client: Client, read: Read) -> None:
    for place in range(A_PAGE + 1):
        say(brandt, cast.maya, f"Number {place + 1}.")
    assert [page_of(number) for number in (1, A_PAGE, A_PAGE + 1)] == [1, 1, 2]
    last = read(cast.maya)
    assert "Number 51." in last and "Number 50." not in last
    assert "Number 50." in read(cast.maya, f"{PAGE}?page=1")
    assert "Save the new words" in read(cast.maya, f"{PAGE}?edit=3")


def test_the_page_asks_as_often_for_ten_comments_as_for_one(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    first = say(brandt, cast.maya, "@Marcus Bell")
    alone = queries()
    for _ in range(9):
        made = say(brandt, cast.marcus, "@Maya Okafor @Ines Carvalho", answers=first)
        edit_comment(made, by=cast.marcus, text="Else.", over=1)
    assert queries() == alone


def test_a_text_is_cut_where_it_names_people_and_nothing_is_lost(cast: Cast) -> None:
    named = [("@Maya", cast.maya), ("@Marcus Bell", cast.marcus)]
    text = "@Maya and @marcus bell,@Maya"
    assert list(parts(text, named)) == [
        Part("@Maya", cast.maya),
        Part(" and "),
        Part("@marcus bell", cast.marcus),
        Part(","),
        Part("@Maya", cast.maya),
    ]
    assert "".join(part.text for part in parts(text, named)) == text
