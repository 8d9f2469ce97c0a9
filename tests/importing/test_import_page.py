"""The pages of an import: what is asked, what is refused and said beside it, each state, who may look."""

import csv
import io
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from base import clock
from deals.importing import job
from deals.importing.mapping import load
from deals.importing.run import run
from deals.importing.stop import stop
from deals.models import Deal, Import, ImportRefusal
from desk import uploads
from ledger.models import Effect
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import HEADER, MAPPING, begin, row, text_of

pytestmark = pytest.mark.django_db

IMPORTS = "/imports/"
LIST_QUERIES = 8
DONE_QUERIES = 9
PAST_QUERIES = 9
PLAIN: Any = {}
HTMX: Any = {"headers": {"HX-Request": "true"}}
TABLE = """
[[table]]
name = "people"
file = "people.csv"
key = "Name"
find = { column = "Owner" }
"""
BY_TABLE = MAPPING.replace(
    'owner = { column = "Owner" }', 'owner = { table = "people", column = "Mail" }'
).replace("[line]", f"{TABLE}[line]")


@pytest.fixture(autouse=True)
def place(cast: Cast, settings: Any, tmp_path: Path) -> Path:
    publish_policy(cast)
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ines)
    return client


def chosen(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def form(rows: str | bytes = "", mapping: str | bytes = MAPPING, **more: Any) -> dict[str, Any]:
    return {
        "file": chosen("old.csv", rows or text_of([row("A")])),
        "mapping": chosen("map.toml", mapping),
        **more,
    }


def kept(place: Path) -> list[str]:
    return [str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()]


def test_the_example_of_a_mapping_is_one(desk: Client) -> None:
    example = get_template("desk/includes/mapping_example.toml").render()
    assert load(example).source == "old-crm"
    assert example in desk.get(IMPORTS).content.decode()


# --- a new import -------------------------------------------------------------------------------------


def test_a_file_and_its_mapping_lead_to_the_check(desk: Client, cast: Cast, place: Path) -> None:
    answer = desk.post(IMPORTS, form())
    import_ = Import.objects.get()
    assert answer.headers["Location"] == f"/imports/{import_.pk}/"
    assert (import_.status, import_.name, import_.by, import_.dry_run) == (
        "checked",
        "old.csv",
        cast.ines,
        False,
    )
    assert kept(place) == [f"imports/{import_.pk}/deals"]
    assert not Deal.objects.exists()
    assert not Effect.objects.exists()


def test_the_browser_that_sends_by_htmx_is_led_there_too(desk: Client) -> None:
    answer = desk.post(IMPORTS, form(dry_run="on"), **HTMX)
    import_ = Import.objects.get()
    assert answer.headers["HX-Redirect"] == f"/imports/{import_.pk}/"
    assert import_.dry_run


def test_further_tables_are_asked_for_by_name_and_kept(desk: Client, place: Path) -> None:
    rows = text_of([row("A", owner="Maya")])
    answer = desk.post(IMPORTS, form(rows, BY_TABLE))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'name="table-people"' in page
    assert "people.csv" in page
    assert "Choose this file too." in page
    assert kept(place) == []

    people = chosen("people.csv", "Name;Mail\nMaya;maya@helio.example\n")
    answer = desk.post(IMPORTS, form(rows, BY_TABLE, **{"table-people": people}))
    assert answer.status_code == 302
    assert len(kept(place)) == 2
    check = desk.get(answer.headers["Location"]).content.decode()
    assert "Maya Okafor" in check
    assert "people.Mail" in check


REFUSED = [
    ({"file": None}, "Choose the file of past deals."),
    ({"file": ("empty.csv", "")}, "This file is empty"),
    ({"file": ("header.csv", HEADER)}, "no row below its header"),
    ({"file": ("photo.csv", bytes(range(256)) * 40)}, "is not written in cp1252, from about row 1 on"),
    ({"file": ("deals.xlsx", b"PK\x03\x04\x14\x00")}, "deals.xlsx is a spreadsheet. Save the sheet as CSV"),
    ({"file": ("other.csv", "a;b\n1;2\n")}, "has no column “Customer”, only “a”, “b”"),
    ({"mapping": None}, "There is no mapping yet."),
    ({"mapping": ("map.toml", "")}, "map.toml is empty."),
    ({"mapping": ("photo.png", b"\x89PNG\xff\xfe\x00")}, "photo.png is no text in UTF-8."),
    ({"mapping": ("deals.csv", "x" * 200_001)}, "deals.csv is too long for a mapping."),
    ({"mapping": ("deals.csv", text_of([row("A")]))}, "this is no TOML"),
    (
        {"mapping": ("map.toml", MAPPING.replace("[numbers]", "policy = 99\n[numbers]"))},
        "no published policy v99",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_wrong_input_is_refused_beside_the_form_and_nothing_is_kept(
    desk: Client, place: Path, given: dict[str, Any], said: str
) -> None:
    sent = form()
    for name, value in given.items():
        sent.pop(name)
        if value:
            sent[name] = chosen(*value)
    for how in (PLAIN, HTMX):
        for file in sent.values():
            file.seek(0)
        answer = desk.post(IMPORTS, sent, **how)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Import.objects.exists()
    assert kept(place) == []


def test_every_mistake_of_a_mapping_is_said_with_its_line_and_the_text_stays(desk: Client) -> None:
    wrong = MAPPING.replace('percent = "fraction"', 'percent = "half"').replace(
        'per = { value = "piece" }\n', ""
    )
    page = desk.post(IMPORTS, form(mapping=wrong)).content.decode()
    assert "<b>line 5</b> <code>percent = &quot;half&quot;</code>: percent is “fraction”" in page
    assert "per is missing" in page
    assert "2 mistakes in the mapping." in page
    assert "source = &quot;old-crm&quot;" in page.split("<textarea")[1]


def test_a_start_of_a_mapping_is_written_from_the_columns_of_the_file(desk: Client) -> None:
    sent = form()
    del sent["mapping"]
    page = unescape(desk.post(IMPORTS, sent).content.decode())
    start = page.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    mapped = load(start)
    assert (mapped.source, mapped.dates, mapped.numbers.decimal) == ("old", ("%d.%m.%Y",), ",")
    read = {fact: mapped.deal[fact].column for fact in ("key", "account", "owner", "outcome", "closed")}
    assert read == dict(key="Deal", account="Customer", owner="Owner", outcome="Stage", closed="Closed")
    assert (mapped.outcomes, mapped.line["net_total"].column) == ({"Won": "won", "Lost": "lost"}, "Net")
    sent["file"].seek(0)
    assert desk.post(IMPORTS, {**sent, "written": start}).status_code == 302


def test_a_mapping_corrected_on_the_page_is_taken(desk: Client) -> None:
    sent = form(written=MAPPING.replace("\n", "\r\n"))
    del sent["mapping"]
    assert desk.post(IMPORTS, sent).status_code == 302
    assert Import.objects.get().mapping.strip() == MAPPING.strip()


def test_a_mapping_is_read_as_soon_as_it_is_chosen(desk: Client) -> None:
    answer = desk.post("/imports/mapping/", {"mapping": chosen("map.toml", BY_TABLE)}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="mapping"' in page
    assert "<html" not in page
    assert 'name="table-people"' in page
    wrong = desk.post("/imports/mapping/", {"written": "source = 1"}, **HTMX)
    assert wrong.status_code == 422
    assert "<b>line 1</b>" in wrong.content.decode()
    assert not Import.objects.exists()


def test_more_than_the_limit_is_not_stored_and_the_page_says_so(
    desk: Client, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "At most 100" in desk.get(IMPORTS).content.decode()
    monkeypatch.setattr(uploads, "MOST", 10_000)
    answer = desk.post(IMPORTS, form(text_of([row(f"A{n}") for n in range(500)])))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "larger than 100\N{NO-BREAK SPACE}MB" in page or "larger than 100 MB" in page
    assert answer.wsgi_request.FILES == {}
    assert not Import.objects.exists()
    assert kept(place) == []
    assert desk.post(IMPORTS, form()).status_code == 302


# --- the states ---------------------------------------------------------------------------------------


def read(client: Client, import_: Import, **how: Any) -> str:
    answer = client.get(f"/imports/{import_.pk}/", **how)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_check_shows_the_first_deals_as_they_would_land(desk: Client, cast: Cast) -> None:
    rows = [row("A"), row("B", owner="nobody@example.com"), row("C", net="")]
    page = read(desk, begin(rows, cast.ines))
    assert "Müller &amp; Söhne" in page
    assert "€1,800" in page
    assert "10.0\N{NO-BREAK SPACE}%" in page
    assert "<b>“nobody@example.com”</b> is the e-mail address of nobody here" in page
    assert "10 of 10 columns used" in page
    assert 'All 3 rows: 3 deals, <b class="is-bad">1 refused</b>.' in page
    assert "not recorded" in page
    assert "Judged under v14" in page
    assert "UTF-8" in page
    assert not Deal.objects.exists()


def test_the_check_names_the_columns_that_the_mapping_leaves_out(desk: Client, cast: Cast) -> None:
    rows = f"{HEADER};Lead src\r\n{row('A')};web\r\n".encode()
    page = read(desk, begin(rows, cast.ines))
    assert "10 of 11 columns used" in page
    assert '<span class="chip line">Lead src</span>' in page


def test_starting_plans_the_work_and_shows_it_running(desk: Client, cast: Cast) -> None:
    import_ = begin([row("A")], cast.ines)
    answer = desk.post(f"/imports/{import_.pk}/start/")
    assert answer.headers["Location"] == f"/imports/{import_.pk}/"
    assert Effect.objects.get().kind == "import"
    page = read(desk, import_)
    assert 'hx-trigger="every 2s"' in page
    assert "Stop after this batch" in page
    again = desk.post(f"/imports/{import_.pk}/start/")
    assert again.status_code == 409
    assert Effect.objects.count() == 1


def running(import_: Import, **counts: Any) -> Import:
    """As it is after 30 s of work."""
    at = clock.now()
    known = {"staged": True, "rows_read": 1000, "rows_total": 1000, "deals_total": 1000}
    Import.objects.filter(pk=import_.pk).update(
        status="running", started_at=at - timedelta(seconds=30), beat_at=at, **(known | counts)
    )
    import_.refresh_from_db()
    return import_


def slice_from(import_: Import, seconds: int, seen: int) -> None:
    job.plan_first(import_, clock.now())
    facts = f'{{"pace":null,"pk":{import_.pk},"read":0,"run":"x","seen":{seen},"slice":1}}'
    Effect.objects.update(created_at=clock.now() - timedelta(seconds=seconds), payload=facts)


def test_a_running_import_says_how_far_it_is_how_fast_and_how_long(desk: Client, cast: Cast) -> None:
    import_ = running(begin([row("A")], cast.ines), deals_new=420, deals_same=60, deals_refused=20)
    slice_from(import_, 10, 100)
    progress = desk.get(f"/imports/{import_.pk}/").context["progress"]
    assert (progress.done, progress.total, progress.so_far) == (500, 1000, "500 of 1,000 deals")
    assert (round(progress.rate), progress.left) == (40, "13\N{NO-BREAK SPACE}s")
    assert (progress.batch, progress.batches) == (3, 5)
    assert [(part.words, part.x, part.width) for part in progress.parts] == [
        ("420 new", "0.00%", "42.00%"),
        ("60 the same", "42.00%", "6.00%"),
        ("20 refused", "48.00%", "2.00%"),
    ]
    assert "50.0\N{NO-BREAK SPACE}%" in read(desk, import_)


def test_what_refreshes_itself_is_only_the_progress_until_it_ends(desk: Client, cast: Cast) -> None:
    import_ = running(begin([row("A")], cast.ines), deals_new=10)
    slice_from(import_, 10, 0)
    part = read(desk, import_, **HTMX)
    assert part.strip().startswith('<div id="progress"')
    assert "<h1" not in part
    Import.objects.filter(pk=import_.pk).update(status="done", finished_at=clock.now())
    answer = desk.get(f"/imports/{import_.pk}/", **HTMX)
    assert answer.headers["HX-Retarget"] == "#state"
    assert "hx-trigger" not in answer.content.decode()
    assert "See the new deals" in answer.content.decode()


def test_nobody_at_work_is_said_and_can_be_mended(desk: Client, cast: Cast) -> None:
    import_ = running(begin([row("A")], cast.ines))
    Import.objects.update(beat_at=clock.now() - timedelta(minutes=3))
    assert "Nobody is at it." in read(desk, import_)
    assert desk.post(f"/imports/{import_.pk}/go-on/").status_code == 302
    assert Effect.objects.get().state == "pending"
    assert "Nobody is at it." not in read(desk, import_)


def test_a_stopped_import_goes_on_from_its_page(desk: Client, cast: Cast) -> None:
    import_ = running(begin([row("A")], cast.ines), deals_new=10)
    assert desk.post(f"/imports/{import_.pk}/stop/").status_code == 302
    import_.refresh_from_db()
    assert import_.status == "stopped"
    page = read(desk, import_)
    assert "Go on" in page
    assert 'hx-trigger="every 2s"' not in page
    assert desk.post(f"/imports/{import_.pk}/stop/").status_code == 409
    assert desk.post(f"/imports/{import_.pk}/go-on/").status_code == 302
    import_.refresh_from_db()
    assert (import_.status, Effect.objects.count()) == ("running", 1)


def test_a_failed_import_says_why_and_what_to_do(desk: Client, cast: Cast) -> None:
    import_ = begin([row("A")], cast.ines)
    Import.objects.update(status="failed", error="The file is not written in utf-8, from about row 7 on.")
    page = read(desk, import_)
    assert "from about row 7 on." in page
    assert "Nothing needs to be undone." in page
    assert "Go on" in page


BAD = [
    row("A"),
    row("B", owner="nobody@example.com"),
    row("C", owner="j.moreau@helio.example"),
    row("D", net="1.800,00 tbc"),
    row("E"),
    row("E", product="Mount", net="viel"),
]


def test_done_groups_what_was_refused_with_an_example_and_a_way(desk: Client, cast: Cast) -> None:
    import_ = run(begin(BAD, cast.ines))
    answer = desk.get(f"/imports/{import_.pk}/")
    assert [(why.heading, why.rows, why.row, why.column, why.value) for why in answer.context["reasons"]] == [
        ("“Net” is no number", 2, 5, "Net", "1.800,00 tbc"),
        ("“Owner” is the e-mail address of nobody here", 2, 3, "Owner", "nobody@example.com"),
        ("Belongs to a deal that is refused for row 7", 1, 6, "", ""),
    ]
    page = answer.content.decode()
    assert "Give that person an account here" in page
    assert "1 new" in page
    assert "Download 5 rows" in page


def test_reasons_that_differ_in_a_number_are_one(desk: Client, cast: Cast) -> None:
    rows = [row("A"), row("A", owner="elena@helio.example"), row("B"), row("B", owner="arjun@helio.example")]
    import_ = run(begin(rows, cast.ines))
    reasons = desk.get(f"/imports/{import_.pk}/").context["reasons"]
    assert [(why.heading, why.rows) for why in reasons] == [
        ("“Owner” says otherwise than row … of the same deal: …", 2),
        ("Belongs to a deal that is refused for row …", 2),
    ]


def test_a_check_of_every_row_can_be_landed_from_its_end(desk: Client, cast: Cast) -> None:
    tried = run(begin(BAD, cast.ines, dry_run=True))
    page = read(desk, tried)
    assert "would be new" in page
    assert "See the new deals" not in page
    assert not Deal.objects.exists()
    answer = desk.post(f"/imports/{tried.pk}/land/")
    landed = Import.objects.latest("pk")
    assert answer.headers["Location"] == f"/imports/{landed.pk}/"
    assert (landed.status, landed.dry_run, landed.rows_total) == ("running", False, 6)


# --- the refused rows ---------------------------------------------------------------------------------


def test_the_refused_rows_come_as_a_file_with_their_reasons(desk: Client, cast: Cast) -> None:
    import_ = run(begin([*BAD, row("F", customer="=HYPERLINK(1)", stage="?")], cast.ines))
    answer = desk.get(f"/imports/{import_.pk}/refused.csv")
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="refused-{import_.pk}.csv"'
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert lines[0] == ["row", "column", "value", "reason", *HEADER.split(";")]
    assert [line[0] for line in lines[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert lines[1][1:5] == ["Owner", "nobody@example.com", "is the e-mail address of nobody here", "B"]
    assert lines[6][5] == "'=HYPERLINK(1)"


def test_no_other_file_of_an_import_is_served(desk: Client, cast: Cast) -> None:
    import_ = begin([row("A")], cast.ines)
    for path in (f"/{import_.file}", f"/media/{import_.file}", f"/static/{import_.file}"):
        assert desk.get(path).status_code == 404


# --- who may look, and how much it costs --------------------------------------------------------------


def test_strangers_learn_nothing_and_auditors_only_look(cast: Cast, client: Client) -> None:
    import_ = run(begin(BAD, cast.ines))
    client.force_login(cast.maya)
    for path in (
        IMPORTS,
        f"/imports/{import_.pk}/",
        f"/imports/{import_.pk}/refused.csv",
        "/imports/999999/",
    ):
        assert client.get(path).status_code == 403
    assert "/imports/" not in client.get("/deals/").content.decode()
    client.force_login(cast.robin)
    page = client.get(IMPORTS).content.decode()
    assert "old.csv" in page
    assert "New import" not in page
    assert 'aria-current="page"' not in page  # it is found by search; the navigation has it for the desk
    assert client.get("/imports/999999/").status_code == 404
    assert "Download 5 rows" in read(client, import_)
    assert client.post(IMPORTS, form()).status_code == 403
    assert client.post(f"/imports/{import_.pk}/start/").status_code == 403
    assert Import.objects.count() == 1
    client.force_login(cast.ines)
    assert 'aria-current="page"' in client.get(IMPORTS).content.decode()


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_asks_the_same_number_of_questions_for_1_and_10(desk: Client, cast: Cast) -> None:
    begin([row("A")], cast.ines)
    one = asked(desk, IMPORTS)
    for _ in range(9):
        begin([row("A")], cast.ines)
    assert (one, asked(desk, IMPORTS)) == (LIST_QUERIES, LIST_QUERIES)


def test_the_end_asks_the_same_number_of_questions_for_1_and_10_reasons(desk: Client, cast: Cast) -> None:
    import_ = run(begin([row("A"), row("B", net="viel")], cast.ines))
    one = asked(desk, f"/imports/{import_.pk}/")
    ImportRefusal.objects.bulk_create(
        ImportRefusal(origin=import_, row=9, column=f"Column {letter}", reason="is no number")
        for letter in "abcdefghi"
    )
    assert (one, asked(desk, f"/imports/{import_.pk}/")) == (DONE_QUERIES, DONE_QUERIES)


def test_past_deals_ask_the_same_number_of_questions_for_1_and_10(desk: Client, cast: Cast) -> None:
    one = run(begin([row("A")], cast.ines))
    cost = asked(desk, f"/deals/past/?import={one.pk}")
    ten = run(begin([row(f"B{n}", customer=f"C{n}") for n in range(10)], cast.ines))
    assert (cost, asked(desk, f"/deals/past/?import={ten.pk}")) == (PAST_QUERIES, PAST_QUERIES)


# --- past deals in lists ------------------------------------------------------------------------------


def test_past_deals_are_listed_by_import_with_who_would_have_been_asked(desk: Client, cast: Cast) -> None:
    run(begin([row("Z", customer="Another")], cast.ines))
    import_ = run(begin([row("A", net="1.500,00"), row("B", net="", stage="Lost")], cast.ines))
    past = desk.get(f"/deals/past/?import={import_.pk}").context["past"]
    shown = {row_.deal.external_id: row_ for row_ in past.rows}
    assert set(shown) == {"A", "B"}
    assert [each.word for each in shown["A"].needed if each.word.startswith("CFO")] == ["CFO"]
    assert shown["B"].net is None
    page = desk.get("/deals/past/").content.decode()
    assert "Another" in page
    assert "not recorded" in page
    assert desk.get("/deals/past/?import=soon").context["past"].rows == ()


def test_past_deals_do_not_drown_the_deals_of_their_seller(cast: Cast, client: Client) -> None:
    run(begin([row(f"A{n}", stage=stage) for n, stage in enumerate(["Won", "Lost", "Open"] * 10)], cast.ines))
    client.force_login(cast.maya)
    page = client.get("/deals/")
    assert (len(page.context["open"]), page.context["closed"].paginator.count) == (0, 0)
    assert page.context["nav"].get("deals") == 0
    assert 'href="/deals/past/"' in page.content.decode()
    assert client.get("/deals/past/").context["past"].page.paginator.count == 30
    client.force_login(cast.elena)
    assert client.get("/deals/past/").context["past"].page.paginator.count == 0


def test_what_stops_is_never_asked_of_a_stranger(cast: Cast, client: Client) -> None:
    import_ = running(begin([row("A")], cast.ines))
    for key in ("robin", "maya", "henrik"):
        client.force_login(getattr(cast, key))
        assert client.post(f"/imports/{import_.pk}/stop/").status_code == 403
    import_.refresh_from_db()
    assert import_.status == "running"
    assert stop(import_, by=cast.ines).status == "stopped"
