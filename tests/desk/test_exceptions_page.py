from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Step
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from base import clock
from deals.ask_exception import ask_exception
from deals.excepted import ask_of_row
from deals.models import AccountException, Deal, DraftException
from deals.share import share
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from tests.brandt import POLICY, step_of
from tests.cast import Cast
from tests.excepting import (
    ASK,
    another_deal,
    ask_deep,
    for_account,
    grant_account_exception,
    publish_never,
)

PAGE = "/deals/D-1284/exceptions/"
SENT = {"key": "discount", "function": "finance", "why": "They leave us else.", "lasts": "deal"}


@pytest.fixture
def deep(brandt: Deal, cast: Cast) -> Deal:
    publish_never(cast)
    return ask_deep(brandt, cast)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_brief_says_who_may_grant_an_exception_and_leads_to_the_form(
    client: Client, deep: Deal, cast: Cast
) -> None:
    client.force_login(cast.maya)
    assert f'<a class="link" href="{PAGE}">Ask Chief Executive for an exception</a>' in text_of(
        client, "/deals/D-1284/brief/"
    )
    page = text_of(client, PAGE)
    assert "Discount 34.0 % is past 30.0 %, which nobody may grant" in page
    assert "Chief Executive decides" in page


def test_asked_for_in_the_form_it_is_in_the_brief(client: Client, deep: Deal, cast: Cast) -> None:
    client.force_login(cast.maya)
    until = (clock.today() + timedelta(days=30)).isoformat()
    more = {
        "in_return": "Five years.",
        "lasts": "account",
        "until": until,
        "precedent": "on",
        "value": "35,5",
    }

    answer = client.post(PAGE, {**SENT, **more})

    assert answer["Location"] == "/deals/D-1284/brief/"
    row = DraftException.objects.get()
    assert (str(row.value), row.in_return, row.lasts, row.precedent) == (
        "35.50",
        "Five years.",
        "account",
        True,
    )
    assert row.until == date.fromisoformat(until)
    brief = text_of(client, "/deals/D-1284/brief/")
    assert "an exception is asked for it, and Finance Director must decide too." in brief
    assert "Ask Chief Executive for an exception" not in brief


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"why": ""}, "Say why this deal cannot stay within the guardrail."),
        ({"lasts": "account"}, "Say until which day it lasts."),
        ({"value": "34.05"}, "Discount goes in steps of 0.1."),
        ({"lasts": "for ever"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_asked(
    client: Client, deep: Deal, cast: Cast, wrong: dict[str, str], words: str
) -> None:
    client.force_login(cast.maya)
    answer = client.post(PAGE, {**SENT, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not DraftException.objects.exists()


def test_it_can_be_left_out_again(client: Client, deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=ASK)
    client.force_login(cast.maya)
    assert client.post(f"{PAGE}drop/", {"key": "discount", "function": "finance"})["Location"] == PAGE
    assert not DraftException.objects.exists()


def test_two_windows_do_not_overwrite_each_other(client: Client, deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=ASK)
    client.force_login(cast.maya)
    assert client.post(PAGE, SENT).status_code == 409
    assert DraftException.objects.get().why == ASK.why


def test_a_number_that_is_kept_from_who_edits_it_stays_as_it_was_typed(
    client: Client, brandt: Deal, cast: Cast
) -> None:
    text = POLICY.read_text().replace("[shown_to]", '[shown_to]\nsales = "band"', 1)
    text = text.replace("number = 14", "number = 91", 1)
    text += '\n[[function]]\nkey = "sales"\nname = "Sales"\n'
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)
    share(brandt, with_=cast.henrik, role="team", by=cast.maya, at=clock.now())
    margin = {**SENT, "key": "margin"}
    client.force_login(cast.henrik)
    assert client.post(PAGE, {**margin, "value": "31,5"}).status_code == 302
    client.force_login(cast.maya)
    seen = ask_of_row(DraftException.objects.get()).digest(brandt.salt)
    sent = {**margin, "why": "In other words.", "value": "20", "seen": seen}
    assert client.post(PAGE, sent).status_code == 302
    row = DraftException.objects.get()
    assert (row.why, row.value) == ("In other words.", D("31.50"))


def test_who_only_looks_gets_no_form(client: Client, deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=ASK)
    client.force_login(cast.ines)
    assert "Asked for" in text_of(client, PAGE)
    assert "<textarea" not in text_of(client, PAGE)
    assert client.post(PAGE, SENT).status_code == 403


def test_what_nothing_goes_past_any_more_is_said_and_asks_for_nothing(
    client: Client, brandt: Deal, cast: Cast
) -> None:
    ask_exception(brandt, by=cast.maya, exception=ASK)
    client.force_login(cast.maya)
    assert "The walk-away does not go past it any more" in text_of(client, PAGE)
    assert submit(brandt, by=cast.maya).revision.exceptions == ()


def test_its_reviewer_sees_all_that_is_asked(client: Client, deep: Deal, cast: Cast) -> None:
    ask_exception(deep, by=cast.maya, exception=for_account())
    step: Step = step_of(submit(deep, by=cast.maya), "finance")
    client.force_login(step.assignments.get().user)

    page = text_of(client, f"/reviews/{step.pk}/")

    assert "An exception is asked" in page
    assert "Discount, up to 34.0 %" in page
    assert ASK.why in page and ASK.in_return in page
    assert "Every deal of the account until" in page


def test_the_next_deal_of_the_account_says_it_everywhere(client: Client, deep: Deal, cast: Cast) -> None:
    grant_account_exception(deep, cast)
    another_deal(deep, cast)
    client.force_login(cast.maya)

    assert "an exception of the account allows up to 34.0 % until" in text_of(client, "/deals/D-1300/brief/")
    assert "Granted by Victor Hale" in text_of(client, "/deals/D-1300/exceptions/")
    room = text_of(client, "/deals/D-1300/")
    assert "Discount may go beyond what is granted, to 34.0 %, until" in room
    assert '<a href="/deals/D-1284/approvals/">D-1284</a>' in room


def test_the_deal_it_was_granted_on_is_named_to_nobody_who_may_not_see_it(
    client: Client, deep: Deal, cast: Cast
) -> None:
    grant_account_exception(deep, cast)
    other = another_deal(deep, cast)
    other.owner, other.region, other.team = cast.elena, "Nordics", None
    other.save()
    client.force_login(cast.elena)
    assert "D-1284" not in text_of(client, "/deals/D-1300/")
    assert "D-1284" not in text_of(client, "/deals/D-1300/brief/")
    assert "D-1284" not in text_of(client, "/deals/D-1300/exceptions/")


def test_the_desk_finds_them_by_account_and_state(client: Client, deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    client.force_login(cast.ines)
    assert "Victor Hale" in text_of(client, "/exceptions/")
    for query, found in (
        (f"account={exception.account_id}", True),
        ("account=0", True),
        ("state=in-force", True),
        ("state=run-out", False),
        ("state=revoked", False),
        ("state=nonsense", True),
    ):
        assert ("Victor Hale" in text_of(client, f"/exceptions/?{query}")) is found, query


def test_the_desk_revokes_with_a_reason(client: Client, deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    client.force_login(cast.ines)
    address = f"/exceptions/{exception.pk}/revoke/"

    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why: its account is held to the guardrail again." in refused.content.decode()
    assert AccountException.objects.get().revoked_at is None

    answer = client.post(address, {"reason": "The incumbent left."})
    assert answer["Location"] == "/exceptions/"
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "The exception of Brandt Logistik AG is revoked."
    ]
    assert "The incumbent left." in text_of(client, "/exceptions/?state=revoked")
    assert client.post(address, {"reason": "Again."}).status_code == 409


def test_finance_and_audit_look_and_revoke_nothing(client: Client, deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    for who in (cast.henrik, cast.robin):
        client.force_login(who)
        assert "Victor Hale" in text_of(client, "/exceptions/")
        assert client.post(f"/exceptions/{exception.pk}/revoke/", {"reason": "No."}).status_code == 403
    assert AccountException.objects.get().revoked_at is None


def test_the_record_says_what_was_granted_and_revoked(client: Client, deep: Deal, cast: Cast) -> None:
    exception = grant_account_exception(deep, cast)
    revoke_exception(exception, by=cast.ines, reason="The incumbent left.")
    client.force_login(cast.maya)
    page = text_of(client, "/deals/D-1284/record/")
    assert "granted an exception from Discount, for every deal of the account until" in page
    assert "revoked the exception from Discount." in page
    assert "The incumbent left." in page


@pytest.mark.parametrize("rows", [1, 10])
def test_the_list_takes_as_many_queries_for_ten_as_for_one(
    client: Client, deep: Deal, cast: Cast, rows: int
) -> None:
    first = grant_account_exception(deep, cast)
    for _ in range(rows - 1):
        first.pk = None
        first.save(force_insert=True)
    client.force_login(cast.ines)
    client.get("/exceptions/")
    with CaptureQueriesContext(connection) as taken:
        client.get("/exceptions/")
    assert len(taken) == 11
