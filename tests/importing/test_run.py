"""Running an import: what lands, what is refused, and how it goes on after any stop."""

import csv
import io
import json
import os
import signal
import time
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from approvals.models import Request
from base.errors import Busy, Invalid, NotYours, WrongState
from deals.importing import refusals
from deals.importing import run as running
from deals.importing import stop as stopping
from deals.importing.errors import BadMapping
from deals.importing.run import alone, run
from deals.models import Account, Deal, Import, ImportRow, Judged, Revision
from guardrails.evaluation import from_document
from ledger.models import Effect, Event
from ledger.verify import verify
from notices.models import Notice
from tests.brandt import publish_policy
from tests.cast import Cast
from tests.importing.files import MAPPING, begin, row, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)


def deals() -> dict[str, Deal]:
    return {deal.external_id: deal for deal in Deal.objects.select_related("account")}


def refused(import_: Import) -> list[tuple[int, str, str, str]]:
    return list(import_.refusals.values_list("row", "column", "value", "reason"))


def test_a_deal_lands_with_its_revision_and_what_the_policy_said(cast: Cast) -> None:
    import_ = run(begin([row("A", product="Panel"), row("A", product="Mount", net="1.500,00")], cast.ines))
    assert (import_.status, import_.deals_new, import_.deals_refused) == ("done", 1, 0)
    deal = deals()["A"]
    assert (deal.title, deal.account.name, deal.status) == (
        "Panel for Müller & Söhne",
        "Müller & Söhne",
        "won",
    )
    assert (deal.source, deal.owner, str(deal.signed_at)) == ("old-crm", cast.maya, "2025-03-31")
    revision = Revision.objects.get()
    assert (revision.list_total, revision.net_walk_away) == (D(4000), D(3300))
    measured = revision.measured("walk_away")
    assert (measured.values["discount"], measured.values["discount_deepest"]) == (D("17.5"), D("25.0"))
    assert measured.values["margin"] == D("45.4")
    judged = Judged.objects.get()
    assert judged.version.name == "v14"
    assert judged.needs["finance"] == 3
    assert judged.origin == import_


def test_nobody_is_asked_and_nothing_is_due(cast: Cast) -> None:
    run(begin([row("A")], cast.ines))
    assert not Request.objects.exists()
    assert not Effect.objects.exists() and not Notice.objects.exists()
    assert [event.kind for event in Event.objects.of(deals()["A"].stream)] == ["deal.imported"]
    assert verify().faults == ()


def test_rows_of_a_deal_need_not_stand_together(cast: Cast) -> None:
    run(begin([row("A"), row("B"), row("A", product="Mount")], cast.ines))
    lines = {
        one.deal.external_id: len(one.ask.target.lines) for one in Revision.objects.select_related("deal")
    }
    assert lines == {"A": 2, "B": 1}


def test_a_bad_row_refuses_its_deal_and_stops_nothing_else(cast: Cast) -> None:
    rows = [
        row("A"),
        row("B"),
        row("A", net="viel"),
        row("C", owner="nobody@example.com"),
        row("D", stage="?"),
    ]
    import_ = run(begin(rows, cast.ines))
    assert set(deals()) == {"B"}
    assert (import_.deals_new, import_.deals_refused, import_.rows_refused) == (1, 3, 4)
    said = {number: (column, value) for number, column, value, _ in refused(import_)}
    assert said == {
        2: ("", ""),
        4: ("Net", "viel"),
        5: ("Owner", "nobody@example.com"),
        6: ("Stage", "?"),
    }
    reasons = {number: reason for number, *_, reason in refused(import_)}
    assert reasons[2] == "belongs to a deal that is refused for row 4"
    assert reasons[5] == "is the e-mail address of nobody here"


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"closed": "03/31/2025"}, "Closed", "is no date"),
        ({"pieces": "0"}, "Pieces", "quantity"),
        ({"product": ""}, "Product", "is blank"),
        ({"price": "1,000.00"}, "List", "is no number"),
    ],
)
def test_what_cannot_be_read_is_named(cast: Cast, changed: dict[str, str], column: str, reason: str) -> None:
    import_ = run(begin([row("A", **changed)], cast.ines))
    ((number, named, _, why),) = refused(import_)
    assert (number, named) == (2, column)
    assert reason in why or "not" in why or "above" in why, why
    assert not Deal.objects.exists()


def test_a_row_of_the_wrong_length_spoils_its_deal_alone(cast: Cast) -> None:
    import_ = run(begin([row("A"), "A;too;short", row("B"), ";;;"], cast.ines))
    assert set(deals()) == {"B"}
    reasons = [reason for *_, reason in refused(import_)]
    assert reasons[1] == "has 3 cells, 10 were expected"
    assert len(reasons) == 2


def test_a_row_without_the_deals_key_is_refused_by_itself(cast: Cast) -> None:
    import_ = run(begin([row(""), row("B")], cast.ines))
    assert set(deals()) == {"B"}
    assert refused(import_) == [(2, "Deal", "", "is blank: every deal needs key")]


def test_rows_of_a_deal_that_say_different_days_never_land_half(cast: Cast) -> None:
    import_ = run(begin([row("A"), row("B"), row("A", closed="01.04.2025")], cast.ines))
    assert set(deals()) == {"B"}
    assert [number for number, *_ in refused(import_)] == [2, 4]
    assert "says otherwise than row 2 of the same deal" in refused(import_)[1][3]


def test_running_it_twice_changes_nothing(cast: Cast) -> None:
    rows = [row("A"), row("B")]
    run(begin(rows, cast.ines))
    before = (
        list(Revision.objects.values()),
        Account.objects.count(),
        Event.objects.exclude(stream__startswith="import").count(),
    )
    second = run(begin(rows, cast.ines))
    assert (second.deals_new, second.deals_same, second.deals_refused) == (0, 2, 0)
    after = (
        list(Revision.objects.values()),
        Account.objects.count(),
        Event.objects.exclude(stream__startswith="import").count(),
    )
    assert after == before


def test_a_deal_that_is_in_with_other_terms_is_refused(cast: Cast) -> None:
    run(begin([row("A")], cast.ines))
    import_ = run(begin([row("A", net="1.700,00")], cast.ines))
    assert refused(import_) == [
        (2, "Deal", "A", "is in already, with other terms; a past deal is not rewritten")
    ]
    assert Revision.objects.get().net_target == D(1800)


def test_a_dry_run_judges_every_row_and_writes_no_deal(cast: Cast) -> None:
    import_ = run(begin([row("A"), row("B", net="viel")], cast.ines, dry_run=True))
    assert (import_.status, import_.deals_new, import_.deals_refused) == ("done", 1, 1)
    assert not Deal.objects.exists()
    assert not Account.objects.filter(name="Müller & Söhne").exists()


def test_a_deal_without_a_price_lands_unpriced(cast: Cast) -> None:
    run(begin([row("A", net="", stage="Open", closed=""), row("B")], cast.ines))
    deal = deals()["A"]
    assert deal.status == "open"
    revision = Revision.objects.get(deal=deal)
    assert (revision.net_target, revision.measured("target").values["discount"]) == (None, None)
    found = from_document(json.loads(revision.judged.evaluation_walk_away))
    assert {one.unknown for one in found.findings if one.key == "discount"} == {True}


def test_negative_discounts_and_margins_are_kept(cast: Cast) -> None:
    run(begin([row("A", net="2.200,00"), row("B", cost="2.000,00")], cast.ines))
    values = {
        one.deal.external_id: one.measured("target").values for one in Revision.objects.select_related("deal")
    }
    assert values["A"]["discount"] == D("-10.0")
    assert values["B"]["margin"] == D("-11.2")


def test_what_was_won_before_counts_for_the_account_in_the_order_of_days(cast: Cast) -> None:
    later = row("A", closed="01.06.2025", net="2.000,00")
    earlier = row("B", closed="01.05.2025", net="1.000,00")
    stranger = row("C", closed="02.06.2025", net="2.000,00", customer="")
    run(begin([later, earlier, stranger], cast.ines))
    found = {
        one.deal.external_id: one.measured("target").values["discount_12m"]
        for one in Revision.objects.select_related("deal")
    }
    assert found == {"B": D("50.0"), "A": D("25.0"), "C": None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_found_and_named(cast: Cast, encoding: str) -> None:
    import_ = run(begin(text_of([row("A")]).encode(encoding), cast.ines))
    found = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    assert import_.encoding == found
    assert deals()["A"].account.name == "Müller & Söhne"


@pytest.mark.parametrize("delimiter", [",", "\t", "|", "+|", "~"])
def test_any_delimiter_is_found(cast: Cast, delimiter: str) -> None:
    mapping = MAPPING.replace('decimal = ","', 'decimal = "."').replace('thousands = "."', 'thousands = ""')
    text = text_of([row("A", price="1000.00", net="1800.00", cost="900.00")]).replace(";", delimiter)
    import_ = run(begin(text.encode(), cast.ines, mapping))
    assert import_.delimiter == delimiter
    assert set(deals()) == {"A"}


def test_row_ends_and_quoted_line_breaks_are_kept_apart(cast: Cast) -> None:
    quoted = row("A", product='"Panel\nlarge; black"')
    import_ = run(begin([quoted, row("B", owner="x")], cast.ines))
    assert deals()["A"].title == "Panel\nlarge; black for Müller & Söhne"
    assert [number for number, *_ in refused(import_)] == [3]
    ended = "&|\r\n".join([text_of([]).strip(), row("Z"), ""])
    mapping = MAPPING.replace("[numbers]", '[file]\nrow_end = "&|"\n[numbers]').replace(
        "old-crm", "older-crm"
    )
    run(begin(ended.encode(), cast.ines, mapping))
    assert "Z" in deals()


def test_a_file_that_cannot_be_read_is_refused_at_the_start(cast: Cast) -> None:
    with pytest.raises(Invalid, match="empty"):
        begin(b"", cast.ines)
    with pytest.raises(Invalid, match="no row below"):
        begin([], cast.ines)
    with pytest.raises(BadMapping, match="no column “Deal”"):
        begin(b"a;b\r\n1;2\r\n", cast.ines)
    with pytest.raises(BadMapping, match="the column “Deal” 2 times"):
        begin(text_of([row("A")]).replace("Customer", "Deal").encode(), cast.ines)
    with pytest.raises(BadMapping, match="no published policy v99"):
        begin([row("A")], cast.ines, f"policy = 99\n{MAPPING}")
    assert not Import.objects.exists()


def test_only_the_desk_imports(cast: Cast) -> None:
    for who in (cast.maya, cast.henrik, cast.marcus, cast.robin):
        with pytest.raises(NotYours):
            begin([row("A")], who)
    assert not Import.objects.exists()


def test_the_file_of_refused_rows_has_them_as_sent_and_no_formula(cast: Cast) -> None:
    import_ = run(begin([row("A", owner="=HYPERLINK(1)", net="-5,00"), row("B")], cast.ines))
    out = io.StringIO()
    assert refusals.write(import_, out) == 1
    head, line = csv.reader(io.StringIO(out.getvalue()))
    assert head == ["row", "column", "value", "reason", *text_of([]).strip().split(";")]
    assert line[:3] == ["2", "Owner", "'=HYPERLINK(1)"]
    assert line[6] == "'=HYPERLINK(1)"
    assert line[12] == "-5,00"


def many(count: int) -> list[str]:
    return [row(f"D{number:04}") for number in range(count)]


def test_it_stops_after_a_batch_and_goes_on_where_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    import_ = begin(many(35), cast.ines)

    def after_two(now: Import) -> None:
        if now.deals_new == 20:
            stopping.stop(now, by=cast.ines)

    run(import_, on_progress=after_two)
    assert (import_.status, Deal.objects.count(), ImportRow.objects.count()) == ("stopped", 20, 35)
    with pytest.raises(WrongState):
        run(import_)
    stopping.go_on(import_, by=cast.ines)
    run(import_)
    assert (import_.status, import_.deals_new, import_.deals_same) == ("done", 35, 0)
    assert not ImportRow.objects.exists()


def test_a_run_ends_after_its_seconds_and_the_next_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    import_ = begin(many(25), cast.ines)
    turns = 0
    while import_.status != "done":
        run(import_, seconds=0)
        if turns == 3:
            run(import_, seconds=60)
        turns += 1
    assert (import_.deals_new, Deal.objects.count()) == (25, 25)


def test_two_imports_of_one_source_never_run_at_once(
    transactional_db: None, cast: Cast, race: Callable[..., Any]
) -> None:
    publish = begin([row("A")], cast.ines)

    def other() -> str:
        with alone("old-crm"):
            time.sleep(1.5)
            connection.close()
        return "held"

    def mine() -> str:
        time.sleep(0.5)
        try:
            run(publish)
        except Busy as refusal:
            return refusal.message
        return "ran"

    said = race(other, mine)
    assert any("Another import of old-crm is running" in str(one) for one in said), said


def killed_after(batches: int, import_: Import) -> int:
    """Run it in a process of its own that is killed between two batches; the signal it died of."""
    child = os.fork()
    if not child:
        connection.connection = None  # the parent's, which it must not close
        left = [batches]

        def count(now: Import) -> None:
            left[0] -= now.staged and now.deals_new > 0
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        run(import_, on_progress=count)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.concurrency
def test_a_run_that_is_killed_goes_on_after_its_last_batch(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    import_ = begin(many(35), cast.ines)
    assert killed_after(2, import_) == signal.SIGKILL
    import_.refresh_from_db()
    assert (import_.status, import_.deals_new, Deal.objects.count()) == ("running", 20, 20)
    run(import_)
    assert (import_.status, import_.deals_new, import_.deals_same) == ("done", 35, 0)
    assert Deal.objects.count() == 35
    assert verify().faults == ()
