"""The concerns of a deal on its pages: raised, shown, answered, followed up by receipt."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate, Request
from approvals.submit import submit
from base.format import SPACE
from deals.models import Deal
from people.models import User
from planning.answer import answer
from planning.models import Concern, Word
from tests.brandt import rule, step_of
from tests.cast import Cast
from tests.planning.raising import WORRY, named, unnamed
from tests.planning.rows import people_in, written

PAGE = "/deals/D-1284/concerns/"
RECEIPT = re.compile(r'id="receipt">([0-9A-Z-]{29})<')


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def send(user: User, address: str = PAGE, **data: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(address, data)


def words(answer: Any) -> str:
    return " ".join(str(answer.content.decode()).replace(SPACE, " ").split())


def see(user: User, address: str = PAGE) -> str:
    client = Client()
    client.force_login(user)
    return words(client.get(address))


def raise_unnamed(user: User) -> str:
    """The receipt, as the page shows it."""
    found = RECEIPT.search(send(user, text=WORRY, name="unnamed").content.decode())
    assert found
    return found[1]


def test_a_concern_by_name_shows_who_raised_it_and_that_the_grant_waits(
    request_: Request, cast: Cast
) -> None:
    sent = send(cast.henrik, text=WORRY, name="named")
    assert (sent.status_code, sent["Location"]) == (302, PAGE)
    page = see(cast.maya)
    assert WORRY in page
    assert "Raised by Henrik Sørensen" in page
    assert "Not answered yet" in page
    room = see(cast.maya, "/deals/D-1284/")
    assert "by Henrik Sørensen because: Concern 1 is not answered. Released by the answer" in room


def test_a_receipt_is_shown_once_and_left_nowhere(request_: Request, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.henrik)
    session = dict(client.session)
    sent = client.post(PAGE, {"text": WORRY, "name": "unnamed"})
    found = RECEIPT.search(sent.content.decode())
    assert found
    assert sent.status_code == 200
    assert "no-store" in sent["Cache-Control"]
    assert not [*get_messages(sent.wsgi_request)]
    assert dict(client.session) == session
    assert not [cookie for cookie in sent.cookies.values() if found[1] in str(cookie)]
    assert found[1] not in words(client.get(PAGE))


def test_no_row_written_by_a_page_sent_without_a_name_tells_who_sent_it(
    request_: Request, cast: Cast
) -> None:
    client = Client()
    client.force_login(cast.henrik)
    client.get(PAGE)
    with written() as rows:
        assert client.post(PAGE, {"text": WORRY, "name": "unnamed"}).status_code == 200
    assert rows
    assert cast.henrik.pk not in {value for values in people_in(rows).values() for value in values}
    assert str(client.session.session_key) not in " ".join(rows.values())
    assert not [table for table, _ in rows if "session" in table or "log" in table]


def test_without_a_name_pages_show_the_day_and_nobody(request_: Request, cast: Cast) -> None:
    raise_unnamed(cast.henrik)
    main = see(cast.maya).partition("<main")[2]
    assert re.search(r"Raised without a name, \w{3} \d+ \w+</p>", main)
    assert "Henrik" not in main
    held = see(cast.maya, "/deals/D-1284/").partition("The grant is held back.")[2][:200]
    assert re.match(r"</b> Held since \w{3} \d+ \w+ because: Concern 1 is not answered\.", held)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": WORRY}, "This field is required."),
        ({"text": "", "name": "unnamed"}, "This field is required."),
        ({"text": WORRY, "name": "maybe"}, "maybe is not one of the available choices."),
        ({"text": "x" * 4001, "name": "named"}, "at most 4000 characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    request_: Request, cast: Cast, data: dict[str, str], said: str
) -> None:
    sent = send(cast.henrik, **data)
    assert sent.status_code == 422
    assert said in words(sent)
    assert data["text"] in words(sent)
    assert not Concern.objects.exists()


def test_the_desk_answers_on_the_page_and_the_mandate_is_granted(request_: Request, cast: Cast) -> None:
    unnamed(request_.deal, cast.tomas)
    for function, who in (("finance", cast.henrik), ("legal", cast.tomas), ("operations", cast.jiwoo)):
        rule(step_of(request_, function), who)
    assert "Answer and let the grant go on" in see(cast.ines)
    assert "Answer and let the grant go on" not in see(cast.maya)

    sent = send(cast.ines, f"{PAGE}1/answer/", **{"c1-text": "It goes live in August."})

    assert (sent.status_code, sent["Location"]) == (302, PAGE)
    page = see(cast.maya)
    assert "It goes live in August." in page
    assert "Ines Carvalho</b> answered" in page
    assert Mandate.objects.count() == 1


def test_an_empty_answer_is_asked_for_again(request_: Request, cast: Cast) -> None:
    named(request_.deal, cast.maya)
    sent = send(cast.ines, f"{PAGE}1/answer/", **{"c1-text": " "})
    assert sent.status_code == 422
    assert "Write the answer." in words(sent)
    assert not Word.objects.exists()


def test_its_raiser_adds_to_a_named_one_and_withdraws_it_on_the_page(request_: Request, cast: Cast) -> None:
    named(request_.deal, cast.maya)
    assert "Withdraw" in see(cast.maya)
    assert f"{PAGE}1/withdraw/" not in see(cast.henrik)
    assert send(cast.maya, f"{PAGE}1/add/", **{"c1-text": "And more."}).status_code == 302
    assert send(cast.maya, f"{PAGE}1/withdraw/").status_code == 302
    assert [word.kind for word in Word.objects.all()] == ["added", "withdrawn"]
    assert send(cast.maya, f"{PAGE}1/withdraw/").status_code == 409


def test_a_receipt_opens_the_answer_and_adds_and_withdraws(request_: Request, cast: Cast) -> None:
    code = raise_unnamed(cast.henrik)
    client = Client()
    client.force_login(cast.henrik)
    with written() as rows:
        assert WORRY in words(client.post("/concerns/", {"receipt": code}))
    assert rows == {}

    with written() as rows:
        added = client.post("/concerns/", {"receipt": code, "what": "add", "text": "And more."})
    assert "Your word is added." in words(added)
    assert cast.henrik.pk not in {value for values in people_in(rows).values() for value in values}

    answer(Concern.objects.get(), by=cast.ines, text="August.")
    shown = words(send(cast.elena, "/concerns/", receipt=code.lower()))
    assert "Ines Carvalho</b> answered" in shown
    assert "Withdraw</button>" not in shown


def test_a_concern_is_withdrawn_by_its_receipt(request_: Request, cast: Cast) -> None:
    code = raise_unnamed(cast.henrik)
    sent = send(cast.henrik, "/concerns/", receipt=code, what="withdraw")
    assert "It is withdrawn." in words(sent)
    assert "Add a word" not in words(sent)
    assert send(cast.henrik, "/concerns/", receipt=code, what="withdraw").status_code == 409


def test_nothing_is_added_without_a_word(request_: Request, cast: Cast) -> None:
    code = raise_unnamed(cast.henrik)
    sent = send(cast.henrik, "/concerns/", receipt=code, what="add", text="")
    assert sent.status_code == 422
    assert "Write what you want to add." in words(sent)


@pytest.mark.parametrize("code", ["", "0000-0000", "x" * 61])
def test_a_wrong_receipt_opens_nothing(request_: Request, cast: Cast, code: str) -> None:
    raise_unnamed(cast.henrik)
    sent = send(cast.henrik, "/concerns/", receipt=code)
    assert sent.status_code == 422
    assert WORRY not in words(sent)


def test_after_thirty_wrong_receipts_everybody_waits(request_: Request, cast: Cast) -> None:
    code = raise_unnamed(cast.henrik)
    for _ in range(30):
        assert send(cast.elena, "/concerns/", receipt="wrong").status_code == 422
    assert send(cast.henrik, "/concerns/", receipt=code).status_code == 429


def test_who_has_no_part_in_the_deal_sees_concerns_and_no_form(request_: Request, cast: Cast) -> None:
    named(request_.deal, cast.maya)
    page = see(cast.robin)
    assert WORRY in page
    assert "Raise the concern" not in page


def test_ten_concerns_take_as_many_queries_as_one(request_: Request, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.maya)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(PAGE)
        return len(asked)

    named(request_.deal, cast.maya, "One.")
    queries()
    one = queries()
    for place in range(9):
        answer(unnamed(request_.deal, cast.henrik, f"More {place}.").concern, by=cast.ines, text="Yes.")
    assert queries() == one
