from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from base import clock
from base.errors import Invalid, NotYours
from deals.ask_exception import ask_exception, drop_exception
from deals.errors import DealClosed, DraftMoved
from deals.exception import AskedException, ExceptionAsk
from deals.models import Deal, DraftException
from tests.cast import Cast

ASK = ExceptionAsk(
    "discount", "finance", " They leave us else. ", "Five years.", value=D("34.0"), precedent=True
)


def test_it_is_written_into_the_draft(brandt: Deal, cast: Cast) -> None:
    ask_exception(brandt, by=cast.maya, exception=ASK)
    row = brandt.exceptions.get()
    assert (row.key, row.function, row.why, row.value) == (
        "discount",
        "finance",
        "They leave us else.",
        D("34.00"),
    )
    assert (row.in_return, row.precedent, row.lasts, row.until) == ("Five years.", True, "deal", None)


def test_there_is_one_of_each_guardrail(brandt: Deal, cast: Cast) -> None:
    first = ask_exception(brandt, by=cast.maya, exception=ASK)
    seen = replace(ASK, why="They leave us else.").digest(brandt.salt)
    second = ask_exception(brandt, by=cast.maya, exception=replace(ASK, why="Really."), seen=seen)
    assert (first.pk, second.why) == (second.pk, "Really.")


def test_two_who_write_at_once_do_not_overwrite_each_other(brandt: Deal, cast: Cast) -> None:
    ask_exception(brandt, by=cast.maya, exception=ASK)
    with pytest.raises(DraftMoved):
        ask_exception(brandt, by=cast.maya, exception=replace(ASK, why="Mine."))
    assert brandt.exceptions.get().why == "They leave us else."


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"why": " "}, "why", "Say why this deal cannot stay within the guardrail."),
        ({"in_return": "x" * 1001}, "in_return", "At most 1000 letters."),
        ({"value": D("34.05")}, "value", "Discount goes in steps of 0.1."),
        ({"value": D("1e12")}, "value", "Too large."),
        ({"key": "clause:exit"}, "value", "A clause goes as far as the walk-away."),
        ({"lasts": "account"}, "until", "Say until which day it lasts."),
    ],
)
def test_what_cannot_be_asked_is_refused_by_field(
    brandt: Deal, cast: Cast, wrong: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        ask_exception(brandt, by=cast.maya, exception=replace(ASK, **wrong))  # type: ignore[arg-type]
    assert refusal.value.fields == {field: words}
    assert not DraftException.objects.exists()


def test_it_cannot_end_in_the_past(brandt: Deal, cast: Cast) -> None:
    today = replace(ASK, lasts="account", until=clock.today())
    assert ask_exception(brandt, by=cast.maya, exception=today).until == clock.today()
    past = replace(today, until=clock.today() - timedelta(days=1))
    with pytest.raises(Invalid, match="past"):
        ask_exception(
            brandt,
            by=cast.maya,
            exception=past,
            seen=replace(today, why="They leave us else.").digest(brandt.salt),
        )


@pytest.mark.parametrize("who", ["elena", "victor", "robin"])
def test_only_who_works_on_the_deal_asks_and_drops(brandt: Deal, cast: Cast, who: str) -> None:
    with pytest.raises(NotYours):
        ask_exception(brandt, by=getattr(cast, who), exception=ASK)
    assert not DraftException.objects.exists()
    ask_exception(brandt, by=cast.maya, exception=ASK)
    with pytest.raises(NotYours):
        drop_exception(brandt, by=getattr(cast, who), key="discount", function="finance")
    assert DraftException.objects.count() == 1


def test_a_closed_deal_asks_for_nothing(brandt: Deal, cast: Cast) -> None:
    brandt.status, brandt.closed_at = Deal.Status.LOST, clock.now()
    brandt.save()
    with pytest.raises(DealClosed):
        ask_exception(brandt, by=cast.maya, exception=ASK)
    with pytest.raises(DealClosed):
        drop_exception(brandt, by=cast.maya, key="discount", function="finance")


def test_dropping_what_nobody_asks_changes_nothing(brandt: Deal, cast: Cast) -> None:
    before = brandt.updated_at
    drop_exception(brandt, by=cast.maya, key="discount", function="finance")
    brandt.refresh_from_db()
    assert brandt.updated_at == before


def test_a_frozen_one_survives_being_stored() -> None:
    asked = AskedException("discount", "finance", D("34.0"), "Why.", "", False, "account", clock.today())
    clause = AskedException("clause:exit", "legal", "fallback-2", "Why.", "", True, "deal", None)
    for one in (asked, clause):
        stored = {**one.to_document(), "until": one.until and one.until.isoformat()}
        assert AskedException.from_document(stored) == one
