import csv
import io
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate
from approvals.submit import submit
from base import clock
from base.format import SPACE
from ledger.models import Event
from tests.brandt import ask_offer_5
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside

PAGE = "/deals/D-1284/record/"


@pytest.fixture
def lived(granted: Mandate, cast: Cast) -> Mandate:
    """Two offers, and a request for more room."""
    offer_inside(granted, cast)
    offer_five(granted, cast)
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    return granted


def read(client: Client, **asked: str) -> str:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.content.decode().replace(SPACE, " ")


def test_every_entry_is_a_sentence_with_its_number_person_and_terms(
    lived: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)

    text = read(client)

    count = Event.objects.of(lived.deal.stream).count()
    assert text.count('<tr class="hit') == count
    for words in (
        "<b>Maya Okafor</b> began the deal.",
        "<b>Maya Okafor</b> asked for a mandate: revision 1.",
        "<b>The system</b> asked Finance Director to decide on revision 1.",
        "<b>Tomás Rivera</b> agreed, Legal Counsel.",
        "<b>Henrik Sørensen</b> agreed up to 20.0 % and 45 days, if invoiced yearly, Finance Director.",
        "<b>The system</b> granted mandate 1, valid until",
        "<b>Maya Okafor</b> wrote down offer 1 as sent, inside the mandate.",
        "<b>Maya Okafor</b> wrote down what the buyer asks as offer 2, outside the mandate.",
        "<b>The system</b> kept Legal from revision 1.",
        "22.5 %, 60 days, €1,704,690; good until",
    ):
        assert words in text, words
    assert lived.request.terms_hash in text
    assert f'<tr class="hit" id="e{count}">' in text


def test_the_chain_is_verified_each_time(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    count = Event.objects.of(lived.deal.stream).count()

    text = read(client)

    assert f"Chain verified: {count} of {count} entries, none changed, none missing." in text


def test_an_entry_that_was_changed_is_named(lived: Mandate, cast: Cast, client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_event SET at = at + interval '1 day' WHERE stream = %s AND sequence = 2",
            [lived.deal.stream],
        )
    client.force_login(cast.maya)

    text = read(client)

    assert "The chain does not hold: 1 fault" in text
    assert "Entry 2: it does not say what was written." in text
    assert "Chain verified" not in text


def test_entries_can_be_narrowed_to_a_kind_and_a_person(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    offers, henrik = read(client, kind="offer"), read(client, who=str(cast.henrik.pk))

    assert offers.count('<tr class="hit') == 2
    assert henrik.count('<tr class="hit') == 1
    assert "agreed up to" in henrik
    assert "Nothing of that kind" in read(client, kind="offer", who=str(cast.henrik.pk))


def test_entries_can_be_narrowed_to_a_revision(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    first, second = read(client, revision="1"), read(client, revision="2")

    assert "asked for a mandate: revision 1." in first and "asked for a mandate: revision 2." not in first
    assert (
        "granted mandate 1" in first
        and "wrote down offer 1 as sent" in first
        and "Henrik Sørensen</b> agreed" in first
    )
    assert "asked for a mandate: revision 2." in second and "granted mandate 1" not in second
    assert "began the deal" not in first + second
    assert "Nothing of that kind" in read(client, revision="9")


def test_entries_can_be_narrowed_to_days(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    count = Event.objects.of(lived.deal.stream).count()
    today = clock.now().astimezone(ZoneInfo(cast.maya.timezone)).date()
    for since, until, found in (
        (today, today, count),
        (today + timedelta(days=1), "", 0),
        ("", today - timedelta(days=1), 0),
        ("", "", count),
        ("soon", "2026-13-40", count),
    ):
        text = read(client, since=str(since), until=str(until))
        assert text.count('<tr class="hit') == found


def test_each_entry_has_an_address_that_leads_to_its_page_and_marks_it(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    for _ in range(60):
        offer_inside(granted, cast)
    client.force_login(cast.maya)

    first = read(client, entry="1")
    assert '<tr class="hit here" id="e1">' in first
    assert first.count('"hit here"') == 1
    narrowed = read(client, kind="offer", who=str(cast.maya.pk), page="2")
    assert f'href="?kind=offer&amp;who={cast.maya.pk}&amp;entry=' in narrowed
    assert f'rel="prev" href="?kind=offer&amp;who={cast.maya.pk}&amp;page=1"' in narrowed
    for text in (read(client, entry="1", page="1"), read(client, entry="none")):
        assert '"hit here"' not in text


def test_a_filter_asks_for_the_entries_alone(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    part = client.get(PAGE, {"kind": "offer"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert 'id="entries"' in part


def test_each_revision_says_what_became_of_it(lived: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)

    text = read(client)

    assert "22.5 %, 60 days at the walk-away. In review." in text
    assert "21.5 %, 60 days at the walk-away. Granted today" in text
    assert "narrowed to 20.0 % and 45 days." in text


def test_the_record_asks_as_often_for_ten_entries_as_for_two(
    granted: Mandate, cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(cast.maya)
    offer_inside(granted, cast)
    with CaptureQueriesContext(connection) as captured:
        read(client, kind="offer")
    for _ in range(9):
        offer_inside(granted, cast)

    with django_assert_num_queries(len(captured)):
        assert read(client, kind="offer").count('<tr class="hit') == 10


def test_the_entries_that_are_shown_can_be_taken_as_a_file(
    lived: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.maya)
    assert 'href="/deals/D-1284/record.csv?kind=offer"' in read(client, kind="offer")

    answer: Any = client.get("/deals/D-1284/record.csv", {"kind": "offer"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="D-1284-record.csv"'
    head, newest, first = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert head[:5] == ["No.", "Day", "Time", "Kind", "Who"]
    assert newest[3:6] == first[3:6] == ["Offers", "Maya Okafor", ""]
    assert "outside the mandate" in newest[6] and len(newest[8]) == 64
    assert first[6] == "wrote down offer 1 as sent, inside the mandate."


def test_who_sees_cost_takes_the_proof_and_what_checks_it(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    client.force_login(cast.robin)
    text = read(client)
    assert "python3 verify_record.py D-1284-record.json" in text
    assert 'href="/deals/D-1284/decisions.json"' in text and 'href="/record/verify_record.py"' in text
    answer = client.get("/record/verify_record.py")
    assert answer.content == (settings.BASE_DIR / "docs" / "verify_record.py").read_bytes()
