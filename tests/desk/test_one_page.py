import json
import re
import time
from decimal import Decimal as D
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate
from approvals.submit import submit
from deals.changes import DraftChanges, ExchangeChange, PriorityChange, SuccessChange
from deals.edit import save_draft
from deals.models import Deal
from desk.head import deal_for, room_of
from desk.one_page import brief_for, one_page
from desk.paper import printed
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from people.models import User
from tests.brandt import POLICY, ask_offer_5
from tests.cast import Cast

URL = "/deals/D-1284/brief.pdf"
ADDRESS = "http://testserver/deals/D-1284/brief/"


def facts(user: User, revision: str = "") -> dict[str, Any]:
    said = one_page(brief_for(room_of(deal_for(user, "D-1284"), user), revision), ADDRESS)
    read: dict[str, Any] = json.loads(json.dumps(said, ensure_ascii=False).replace("\N{NO-BREAK SPACE}", " "))
    return read


def rows(user: User, revision: str = "") -> dict[str, list[str]]:
    return {row["name"]: row["cells"] for row in facts(user, revision)["terms"]}


def pages(paper: bytes) -> int:
    return len(re.findall(rb"/Type/Page\b", paper))


def show_sales_a_band(cast: Cast) -> None:
    text = POLICY.read_text().replace("number = 14", "number = 15")
    shown = text.replace("[shown_to]", '[shown_to]\nsales = "band"')
    shown += '\n[[function]]\nkey = "sales"\nname = "Sales"\nstage = 1\nroute = "direct"\n'
    publish(review(load(shown, by=cast.ines), by=cast.dana), by=cast.ines)


def fill_to_the_brim(deal: Deal, cast: Cast) -> Deal:
    long = DraftChanges(
        title="W" * 200,
        objective="Three sites live before peak season. " * 400,
        non_negotiables="\n".join(f"Never {place}: " + "no " * 90 for place in range(30)),
        priorities=tuple(
            PriorityChange(f"{place} " + "priority " * 20, True, "Katrin Brandt, COO " * 8)
            for place in range(30)
        ),
        exchanges=tuple(
            ExchangeChange(give=f"{place} " + "give " * 35, get="get " * 45, get_value=D(25_000))
            for place in range(30)
        ),
        successes=tuple(
            SuccessChange(function, "M" * 300) for function in ("sales", "finance", "legal", "operations")
        ),
    )
    deal.refresh_from_db()
    return save_draft(deal, by=cast.maya, version=deal.version, changes=long)


def test_the_brief_is_one_page_with_tags_title_language_and_its_fonts(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    client.force_login(cast.maya)
    answer = client.get(f"{URL}?revision=1")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="D-1284-brief-revision-1.pdf"'
    assert pages(answer.content) == 1
    assert b"/MarkInfo" in answer.content
    assert b"/Lang(en)" in answer.content
    assert b"pdfuaid" in answer.content
    fonts = re.findall(rb"/FontName/\w{6}\+([-\w]+)", answer.content)
    assert set(fonts) >= {b"Inter-Regular", b"Inter-SemiBold"}
    assert len(re.findall(rb"/FontFile\d? \d+ 0 R", answer.content)) == len(fonts)  # each is within
    assert re.findall(rb"/MediaBox\[([^\]]*)\]", answer.content) == [b"0 0 595.2756 841.8898"]  # A4


def test_a_revision_says_what_was_granted_for_it_and_how_to_verify_it(granted: Mandate, cast: Cast) -> None:
    page = facts(cast.henrik, "1")
    revision = granted.request.revision
    assert rows(cast.henrik, "1")["Discount"] == ["12.5 %", "12.6 %", "21.5 %", "20.0 %"]
    assert rows(cast.henrik, "1")["Payment"] == ["30 days", "30 days", "60 days", "45 days"]
    assert page["worth"][0] == ["At target", "€1,924,560", "62.7 %"]
    assert page["worth"][1][:1] == ["At the limit"]
    assert ["Terms", "", revision.terms_hash] in page["foot"]
    assert ["Document", "sha256 ", revision.sha256] in page["foot"]
    assert page["lines"][0][1:] == ["420", "16.0 %", "24.5 %"]
    assert page["success"] == []


def test_a_draft_says_who_must_agree_and_that_it_has_no_hash(brandt: Deal, cast: Cast) -> None:
    page = facts(cast.maya)
    assert page["granted"] is False
    assert rows(cast.maya)["Discount"] == ["12.5 %", "12.6 %", "21.5 %"]
    assert page["terms"][0]["who"] == "Finance Director"
    assert page["foot"][0][1] == "not frozen: it may change, so it has no hash. Print a revision to have one."
    assert page["worth"][1][0] == "At walk-away"
    assert "margin" not in page["standard"]
    assert page["standard"].startswith("Deepest line 24.5 %, below floor")


def test_the_draft_is_printed_as_it_is_now_and_a_revision_as_it_was(granted: Mandate, cast: Cast) -> None:
    ask_offer_5(granted.deal, cast)
    submit(granted.deal, by=cast.maya)
    assert rows(cast.maya, "1")["Discount"][2] == "21.5 %"
    assert rows(cast.maya, "2")["Discount"][2] == "22.5 %"
    assert rows(cast.maya)["Discount"][2] == "22.5 %"
    assert facts(cast.maya, "1")["foot"][-1][1].endswith("Revision 2: in review.")


def test_margin_is_on_the_paper_of_those_alone_who_may_see_it(granted: Mandate, cast: Cast) -> None:
    assert facts(cast.maya, "1")["worth"][0][2] == "62.7 %"
    assert "Margin" in rows(cast.maya, "1")
    show_sales_a_band(cast)
    page = facts(cast.maya, "1")
    assert [row[2] for row in page["worth"]] == ["", "", ""]
    assert "Margin" not in rows(cast.maya, "1")
    assert "62.7" not in str(page)
    assert "62.7" not in str(facts(cast.maya))
    assert facts(cast.henrik, "1")["worth"][0][2] == "62.7 %"


def test_the_pages_of_a_deal_lead_to_its_paper(granted: Mandate, client: Client, cast: Cast) -> None:
    client.force_login(cast.maya)
    assert f'href="{URL}?revision=1"' in client.get("/deals/D-1284/").content.decode()
    assert f'href="{URL}"' in client.get("/deals/D-1284/brief/").content.decode()


def test_who_may_not_see_the_deal_gets_no_paper(granted: Mandate, client: Client, cast: Cast) -> None:
    client.force_login(cast.elena)
    assert client.get(URL).status_code == 404
    client.force_login(cast.maya)
    assert client.get(f"{URL}?revision=9").status_code == 404
    assert client.get(f"{URL}?revision=x").status_code == 404


def test_the_longest_brief_is_still_one_page(granted: Mandate, client: Client, cast: Cast) -> None:
    fill_to_the_brim(granted.deal, cast)
    client.force_login(cast.henrik)
    assert pages(client.get(URL).content) == 1
    submit(granted.deal, by=cast.maya)
    assert pages(client.get(f"{URL}?revision=2").content) == 1


def test_texts_of_a_brief_are_texts_and_never_markup(granted: Mandate, client: Client, cast: Cast) -> None:
    granted.deal.refresh_from_db()
    nasty = DraftChanges(objective='#panic("read as markup") = $x$ *b* @ref <label> \\ https://a.example')
    save_draft(granted.deal, by=cast.maya, version=granted.deal.version, changes=nasty)
    client.force_login(cast.maya)
    assert client.get(URL).status_code == 200


def test_a_paper_is_written_in_less_than_300_ms(granted: Mandate, cast: Cast) -> None:
    fill_to_the_brim(granted.deal, cast)
    page = facts(cast.maya)
    printed("brief", page)
    spans = []
    for place in range(3):
        began = time.process_time()
        printed("brief", {**page, "name": f"Anew {place}"})
        spans.append(time.process_time() - began)
    assert min(spans) < 0.3


def test_the_same_number_of_queries_for_one_line_and_for_many(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    client.force_login(cast.maya)
    counts = []
    for _ in range(2):
        client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            client.get(URL)
        counts.append(len(asked))
        fill_to_the_brim(granted.deal, cast)
    assert counts[0] == counts[1]


def test_the_paper_is_in_the_language_of_who_prints_it_and_names_itself_so(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    User.objects.filter(pk=cast.maya.pk).update(locale="de")
    client.force_login(cast.maya)
    answer = client.get(f"{URL}?revision=1")
    assert b"/Lang(de)" in answer.content
    assert answer["Content-Disposition"] == 'inline; filename="D-1284-brief-revision-1.pdf"'


def test_where_the_fonts_lack_the_letters_of_a_language_the_paper_is_english(
    granted: Mandate, client: Client, cast: Cast
) -> None:
    User.objects.filter(pk=cast.maya.pk).update(locale="ja")
    client.force_login(cast.maya)
    paper = client.get(f"{URL}?revision=1").content
    assert b"/Lang(en)" in paper
    assert b"pdfuaid" in paper  # every letter has a font


def test_a_name_that_no_font_can_write_still_gets_its_page(granted: Mandate, cast: Cast) -> None:
    page = {**facts(cast.maya, "1"), "account": "ブラント"}
    assert pages(printed("brief", page)) == 1
