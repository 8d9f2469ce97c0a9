"""Who raised a concern without a name stands nowhere in the database, to no minute, and cannot be guessed."""

import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from approvals.models import Hold, Request
from approvals.submit import submit
from base import clock
from deals.models import Deal
from ledger.models import Effect, Event
from planning.errors import TooManyTries, UnknownReceipt
from planning.find import ALLOWED, find
from planning.follow_up import add_word, withdraw
from planning.models import Concern, Word
from planning.receipt import fits, new_receipt, print_of
from tests.cast import Cast
from tests.planning.raising import WORRY, named, unnamed
from tests.planning.rows import people_in, written

SHAPE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def test_no_row_that_raising_writes_names_anyone_but_the_desk(request_: Request, cast: Cast) -> None:
    with written() as rows:
        unnamed(request_.deal, cast.henrik)
    people = {value for values in people_in(rows).values() for value in values}
    assert people == {None, str(cast.ines.pk), cast.ines.pk}
    assert {table for table, _ in rows} == {
        "planning_concern",
        "approvals_hold",
        "ledger_event",
        "ledger_head",
        "ledger_effect",
        "notices_notice",
    }


def test_adding_a_word_and_withdrawing_name_nobody(request_: Request, cast: Cast) -> None:
    raised = unnamed(request_.deal, cast.henrik)
    with written() as rows:
        add_word(raised.concern, receipt=raised.receipt, text="And more.")
        withdraw(raised.concern, receipt=raised.receipt)
    assert {value for values in people_in(rows).values() for value in values} == {None}


def test_the_same_look_finds_who_raised_one_by_name(request_: Request, cast: Cast) -> None:
    with written() as rows:
        named(request_.deal, cast.henrik)
    assert people_in(rows)["planning_concern.by_id"] == {cast.henrik.pk}
    assert people_in(rows)["ledger_event.actor_id"] == {cast.henrik.pk}


def test_the_minute_is_written_nowhere(brandt: Deal, cast: Cast) -> None:
    today = clock.today()
    at = datetime(today.year, today.month, today.day, 13, 37, 42, 123, tzinfo=UTC)
    with time_machine.travel(at, tick=False), written() as rows:
        unnamed(brandt, cast.maya)
    assert not [text for text in rows.values() if "13:37" in text or "13:37:42" in text]
    last = (
        Event.objects.of(brandt.stream).exclude(kind__startswith="concern").exclude(kind__startswith="hold")
    )
    latest = last.last()
    assert latest is not None
    moments = {
        Concern.objects.get().at,
        Hold.objects.get().at,
        *Event.objects.filter(kind__in=["concern.raised", "hold.placed"]).values_list("at", flat=True),
    }
    assert moments == {latest.at}
    assert Effect.objects.get().planned_for == at.replace(hour=15, minute=0, second=0, microsecond=0)


def test_only_the_hash_of_the_receipt_is_kept(brandt: Deal, cast: Cast) -> None:
    with written() as rows:
        receipt = unnamed(brandt, cast.maya).receipt
    assert SHAPE.fullmatch(receipt)
    everything = " ".join(rows.values())
    assert receipt not in everything and receipt.replace("-", "") not in everything
    assert Concern.objects.get().receipt == print_of(receipt)


def test_the_record_keeps_no_text_of_it(brandt: Deal, cast: Cast) -> None:
    unnamed(brandt, cast.maya)
    assert not Event.objects.filter(body__contains=WORRY[:10]).exists()
    body = json.loads(Event.objects.get(kind="concern.raised").body)
    assert set(body) == {"schema", "concern", "text"}


@pytest.mark.parametrize("as_typed", [str, str.lower, lambda code: code.replace("-", ""), lambda c: f" {c} "])
def test_a_receipt_opens_its_concern_however_it_is_typed(
    brandt: Deal, cast: Cast, as_typed: type[str]
) -> None:
    raised = unnamed(brandt, cast.maya)
    unnamed(brandt, cast.maya, "Another.")
    assert find(as_typed(raised.receipt)) == raised.concern


def test_signs_that_look_alike_read_alike() -> None:
    assert print_of("o0iL-1") == print_of("00111")


def repr_of(code: str) -> str:
    return repr(code[:30])


@pytest.mark.parametrize(
    "code", ["", "-", "0000-0000-0000-0000-0000-0000", "x" * 5000, "\0", "ﬀ"], ids=repr_of
)
def test_no_other_code_opens_anything(brandt: Deal, cast: Cast, code: str) -> None:
    unnamed(brandt, cast.maya)
    named(brandt, cast.maya, "Another.")
    with pytest.raises(UnknownReceipt):
        find(code)


def test_nothing_fits_what_was_not_kept() -> None:
    assert not fits("", "")


def test_receipts_differ() -> None:
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_wrong_codes_are_counted_together_and_a_right_one_counts_nothing(brandt: Deal, cast: Cast) -> None:
    raised = unnamed(brandt, cast.maya)
    for _ in range(ALLOWED - 1):
        with pytest.raises(UnknownReceipt):
            find("wrong")
    for _ in range(3):
        assert find(raised.receipt) == raised.concern
    with pytest.raises(UnknownReceipt):
        find("wrong")
    for code in ("wrong", raised.receipt):
        with pytest.raises(TooManyTries):
            find(code)
    cache.clear()
    assert find(raised.receipt) == raised.concern


def test_looking_writes_nothing(brandt: Deal, cast: Cast) -> None:
    raised = unnamed(brandt, cast.maya)
    with written() as rows:
        find(raised.receipt)
    assert rows == {}
    assert not Word.objects.exists()
