"""The decision record: what was decided on which terms, on the page, on paper and as a file to verify."""

import json
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Mandate
from approvals.recall import recall
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from base import clock
from deals.ask_exception import ask_exception
from deals.changes import DraftChanges
from deals.edit import save_draft
from deals.models import Deal
from desk.decisions import decisions_of, paper_of
from desk.head import deal_for, room_of
from desk.paper import printed
from tests.brandt import Verdict, ask_offer_5, brandt_lines, rule, step_of
from tests.cast import Cast
from tests.excepting import ASK, ask_deep, grant_account_exception, grant_all, publish_never

pytestmark = [pytest.mark.http, pytest.mark.django_db]
URL = "/deals/D-1284/decisions"


def read(client: Client, cast: Cast, who: str = "maya", url: str = f"{URL}/") -> str:
    client.force_login(getattr(cast, who))
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_each_decision_stands_beside_the_terms_that_were_on_the_screen(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    page = read(client, cast)
    assert "3 decisions on 1 revision, each with the terms that were on the screen." in page
    assert "<b>Henrik Sørensen</b><small>Finance Director</small>" in page
    assert "Agreed up to 20.0 % and 45 days, if invoiced yearly" in page
    assert '<th scope="row">Discount</th><td class="num">12.6 %</td><td class="num">21.5 %</td>' in page
    assert (
        '<th scope="row">Governing law</th><td class="num">Germany</td><td class="num">Austria</td>' in page
    )
    assert '<td class="num">€1,924,560</td><td class="num">€1,728,450</td>' in page
    assert "Mandate 1: discount 20.0 %" in page


def test_what_was_kept_says_whose_decision_when_and_on_which_terms(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="Not below 20 %.")
    page = read(client, cast)
    assert "Kept from revision 1. Tomás Rivera agreed, today" in page
    kept = step_of(request, "legal").kept_from
    assert kept is not None
    assert f'title="{kept.seen}"' in page
    assert "“Not below 20 %.”" in page


def test_an_exception_stands_there_with_all_that_was_asked_and_who_granted_it(
    brandt: Deal, client: Client, cast: Cast
) -> None:
    publish_never(cast)
    exception = grant_account_exception(brandt, cast)
    page = read(client, cast)
    assert "<b>Exception asked: Discount, up to 34.0 %.</b> “They leave us for the incumbent else.”" in page
    assert "In return: A five-year term. It sets no precedent. Every deal of the account until" in page
    assert "Granted by Victor Hale, Chief Executive, today" in page
    revoke_exception(exception, by=cast.ines, reason="The incumbent left.")
    assert "Revoked by Ines Carvalho, today" in read(client, cast)
    room = room_of(deal_for(cast.maya, "D-1284"), cast.maya)
    facts = paper_of(decisions_of(room), room, clock.now())
    assert "“The incumbent left.”" in str(facts)
    assert printed("decisions", facts).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("verdict", "limits", "words"),
    [
        (Verdict.UP_TO, {"discount": D("29.0")}, "Not needed: what was granted stays before the guardrail."),
        (Verdict.DECLINE, {}, "Not granted."),
        (None, {}, "Not decided yet."),
    ],
)
def test_an_exception_that_nobody_granted_says_why(
    brandt: Deal, client: Client, cast: Cast, verdict: Verdict | None, limits: dict[str, D], words: str
) -> None:
    publish_never(cast)
    ask_exception(ask_deep(brandt, cast), by=cast.maya, exception=ASK)
    request = submit(brandt, by=cast.maya)
    if verdict:
        step = step_of(request, "finance")
        rule(step, step.assignments.get().user, verdict, limits=limits, reason="Not past 30 %.")
        grant_all(request)
    assert words in read(client, cast)


def test_a_level_bound_to_a_narrowing_says_so(brandt: Deal, client: Client, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo, Verdict.UP_TO, limits={"custom_days": D(15)})
    finance = step_of(request, "finance")
    rule(finance, cast.henrik, Verdict.CHANGES, reason="Shorter.")
    recall(brandt, by=cast.maya)
    page = read(client, cast)
    assert "narrowed already" not in page
    assert "Not answered when the request ended." in page


def test_nothing_asked_yet_says_what_will_stand_here(brandt: Deal, client: Client, cast: Cast) -> None:
    assert "Nothing was decided yet" in read(client, cast)


def queries(client: Client, cast: Cast) -> int:
    with CaptureQueriesContext(connection) as asked:
        read(client, cast)
    return len(asked)


def ask_at(deal: Deal, cast: Cast, walk_away: str) -> None:
    deal.refresh_from_db()
    lines = DraftChanges(lines=brandt_lines((walk_away, "23.5", "10", "15")))
    submit(save_draft(deal, by=cast.maya, version=deal.version, changes=lines), by=cast.maya)


def test_the_same_number_of_queries_for_two_revisions_and_for_four(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    ask_at(granted.deal, cast, "23")
    read(client, cast)
    two = queries(client, cast)
    for walk_away in ("23.5", "24"):
        ask_at(granted.deal, cast, walk_away)
    assert queries(client, cast) == two == 34


def test_the_paper_is_a_tagged_pdf_with_its_fonts(granted: Mandate, client: Client, cast: Cast) -> None:
    client.force_login(cast.maya)
    answer = client.get(f"{URL}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="D-1284-decisions.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in answer.content
    assert b"/FontFile" in answer.content


def test_what_people_write_is_never_read_as_markup() -> None:
    facts: dict[str, object] = {
        "title": "#panic(1)",
        "deal": '*x* #read("/etc/passwd") $',
        "facts": "@a <b>",
        "closing": "= #import",
        "sheets": [],
    }
    assert printed("decisions", facts).startswith(b"%PDF-")


def test_the_file_to_verify_is_for_who_sees_cost(granted: Mandate, client: Client, cast: Cast) -> None:
    record = json.loads(read(client, cast, "henrik", f"{URL}.json"))
    assert (record["deal"], len(record["decisions"])) == ("D-1284", 3)
    client.force_login(cast.maya)
    refused = client.get(f"{URL}.json")
    assert refused.status_code == 403
    assert "holds what the lines cost" in refused.content.decode()
    assert "decisions.json" not in read(client, cast)
    assert "decisions.json" in read(client, cast, "henrik")


def test_approvals_lead_to_the_record(granted: Mandate, client: Client, cast: Cast) -> None:
    assert reverse("desk:decisions", args=["D-1284"]) in read(client, cast, url="/deals/D-1284/approvals/")
