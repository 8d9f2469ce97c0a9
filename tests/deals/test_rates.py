"""Rates: entered, corrected while nothing rests on them, loaded from a file whole or not at all."""

import csv
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction

from base.errors import Invalid, NotYours
from deals.catalogue import rate_on
from deals.edit import save_draft
from deals.errors import RateDiffers, RateLeaps, RatesRefused, RateStays
from deals.freeze import freeze
from deals.models import Deal, Rate, Revision
from deals.rate_rules import RateRow, Refusal
from deals.rates import STREAM, Entered, Loaded, load_rates, set_rate
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from ledger.verify import verify
from tests.cast import Cast
from tests.deals.brandt import DEMO_POLICY
from tests.deals.makers import brandt_changes, dollars, make_catalogue, make_deal, make_policy

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
HEADER = "currency,date,rate,source\n"
DATA = Path(os.environ.get("DEALDESK_TEST_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
PUBLIC = DATA / "adventureworks-mit" / "oltp" / "CurrencyRate.csv"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def version(cast: Cast) -> PolicyVersion:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        return make_policy(cast)


def usd(rate: str = "0.9214", day: date = TODAY, source: str = "ECB") -> RateRow:
    return RateRow("USD", day, D(rate), source)


def stored() -> list[tuple[str, date, D, bool]]:
    rows = Rate.objects.order_by("currency", "date", "pk")
    return [(row.currency, row.date, row.rate, row.replaced_at is None) for row in rows]


def plain(one: Refusal) -> Refusal:
    return replace(one, reason=one.reason.replace("\xa0", " "))


def events() -> list[str]:
    return [event.kind for event in Event.objects.of(STREAM)]


def frozen(cast: Cast, version: PolicyVersion) -> Revision:
    """A dollar deal, asked now."""
    make_catalogue()
    deal = save_draft(make_deal(cast.maya), by=cast.maya, version=1, changes=brandt_changes())
    Deal.objects.filter(pk=deal.pk).update(currency="USD")
    with transaction.atomic():
        return freeze(Deal.objects.get(pk=deal.pk), by=cast.maya, at=NOON, version=version)


def test_a_rate_is_entered_with_its_source_who_and_when(version: PolicyVersion, cast: Cast) -> None:
    entered = set_rate(usd(source=" ECB "), by=cast.ines)
    rate = Rate.objects.get()
    assert entered == Entered(rate, changed=True)
    assert (rate.currency, rate.date, rate.rate, rate.source) == ("USD", TODAY, D("0.9214"), "ECB")
    assert (rate.entered_by, rate.entered_at, rate.replaced_at) == (cast.ines, NOON, None)
    assert rate_on("USD", "EUR", TODAY) == D("0.9214")
    event = Event.objects.get(stream=STREAM)
    assert (event.kind, event.actor, event.at) == ("rate.entered", cast.ines, NOON)
    assert event.facts["rate"] == rate.pk and D(event.facts["value"]) == D("0.9214")


def test_the_same_rate_again_changes_nothing(version: PolicyVersion, cast: Cast) -> None:
    first = set_rate(usd(), by=cast.ines).rate
    assert set_rate(usd("0.92140000", source="Bundesbank"), by=cast.ines) == Entered(first, changed=False)
    assert (stored(), events()) == ([("USD", TODAY, D("0.9214"), True)], ["rate.entered"])


def test_only_the_desk_enters_rates(version: PolicyVersion, cast: Cast) -> None:
    for who in (cast.maya, cast.henrik, cast.robin, cast.marcus):
        with pytest.raises(NotYours):
            set_rate(usd(), by=who)
        with pytest.raises(NotYours):
            load_rates(HEADER.encode(), by=who)
    assert (stored(), events()) == ([], [])


def test_what_cannot_be_is_refused_with_every_field(version: PolicyVersion, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        set_rate(RateRow("EUR", date(1901, 1, 1), D(0), ""), by=cast.ines)
    assert set(refused.value.fields) == {"currency", "date", "rate", "source"}
    assert (stored(), events()) == ([], [])


@pytest.mark.parametrize("day", [TODAY, TOMORROW])
def test_todays_rate_and_a_later_one_are_corrected_by_who_has_seen_it(
    version: PolicyVersion, cast: Cast, day: date
) -> None:
    wrong = set_rate(usd("0.92", day), by=cast.ines).rate
    with pytest.raises(RateDiffers, match=r"already: 1.USD = 0\.92.EUR \(ECB\)\.") as refused:
        set_rate(usd("0.93", day), by=cast.ines)
    assert refused.value.standing == wrong
    with pytest.raises(RateDiffers):
        set_rate(usd("0.93", day), by=cast.ines, replaces=wrong.pk + 1)
    assert stored() == [("USD", day, D("0.92"), True)]

    assert set_rate(usd("0.93", day), by=cast.ines, replaces=wrong.pk).changed

    assert stored() == [("USD", day, D("0.92"), False), ("USD", day, D("0.93"), True)]
    assert Rate.objects.get(pk=wrong.pk).replaced_at == NOON
    assert rate_on("USD", "EUR", day) == D("0.93")
    assert events() == ["rate.entered", "rate.corrected"]
    facts = Event.objects.of(STREAM)[1].facts
    assert (facts["replaces"], D(facts["before"])) == (wrong.pk, D("0.92"))
    assert verify(STREAM).faults == ()


def test_a_day_that_is_over_keeps_its_rate_and_may_still_get_its_first(
    version: PolicyVersion, cast: Cast
) -> None:
    there = set_rate(usd("0.92", YESTERDAY), by=cast.ines).rate
    with pytest.raises(RateStays, match="is the rate of yesterday, and a day that is over keeps its rate"):
        set_rate(usd("0.93", YESTERDAY), by=cast.ines, replaces=there.pk)
    assert (stored(), events()) == ([("USD", YESTERDAY, D("0.92"), True)], ["rate.entered"])


def test_a_rate_that_a_revision_pinned_stays(version: PolicyVersion, cast: Cast) -> None:
    there = set_rate(usd("0.92"), by=cast.ines).rate
    revision = frozen(cast, version)
    assert (revision.rate, revision.rate_date, revision.rate_source) == (D("0.92"), TODAY, "ECB")
    with pytest.raises(RateStays, match=r"Deals were asked at 1.USD = 0.92.EUR .ECB. of today, so it stays"):
        set_rate(usd("0.93"), by=cast.ines, replaces=there.pk)
    assert events() == ["rate.entered"]
    assert set_rate(usd("0.93", TOMORROW), by=cast.ines).changed


def test_a_pin_from_before_dates_were_kept_counts_by_its_value(version: PolicyVersion, cast: Cast) -> None:
    there = set_rate(usd("0.92"), by=cast.ines).rate
    asked = frozen(cast, version)
    asked.pk, asked.number, asked.rate_date, asked.rate_source = None, 2, None, ""
    asked.save(force_insert=True)
    later = dollars(TOMORROW, "0.92")
    with pytest.raises(RateStays):
        set_rate(usd("0.93", TOMORROW), by=cast.ines, replaces=later.pk)
    assert set(Rate.objects.standing()) == {there, later}


def test_a_rate_far_from_the_last_one_is_entered_by_who_is_sure(version: PolicyVersion, cast: Cast) -> None:
    dollars(YESTERDAY, "0.9214")
    with pytest.raises(
        RateLeaps, match=r"looks turned round.*: 1.USD = 0.9214.EUR .ECB.. Check it"
    ) as refused:
        set_rate(usd("1.0853"), by=cast.ines)
    assert refused.value.field == "rate"
    assert events() == []
    assert set_rate(usd("1.0853"), by=cast.ines, sure=True).changed
    assert set_rate(usd("1.09", TOMORROW), by=cast.ines).changed


def test_the_first_rate_of_a_past_day_is_compared_with_the_first_after_it(
    version: PolicyVersion, cast: Cast
) -> None:
    dollars(TODAY, "0.9214")
    with pytest.raises(RateLeaps):
        set_rate(usd("0.5", YESTERDAY), by=cast.ines)
    assert set_rate(usd("0.8", YESTERDAY), by=cast.ines).changed


@pytest.mark.parametrize("change", ["UPDATE deals_rate SET rate = 2", "DELETE FROM deals_rate"])
def test_the_database_keeps_what_was_entered(version: PolicyVersion, cast: Cast, change: str) -> None:
    set_rate(usd(), by=cast.ines)
    with pytest.raises(Exception, match=r"Cannot (update|delete) rows"), transaction.atomic():
        transaction.get_connection().cursor().execute(change)
    assert stored() == [("USD", TODAY, D("0.9214"), True)]


def test_a_file_lands_whole_and_again_changes_nothing(version: PolicyVersion, cast: Cast) -> None:
    dollars(YESTERDAY, "0.92")
    content = (
        HEADER + "USD,2026-11-22,0.92,Bundesbank\nUSD,2026-11-23,0.9214,ECB\nGBP,2026-11-23,1.172,ECB\n"
        "GBP,2026-11-23,1.1720,ECB\n"
    ).encode()
    assert load_rates(content, by=cast.ines) == Loaded(landed=2, same=2)
    assert stored() == [
        ("GBP", TODAY, D("1.172"), True),
        ("USD", YESTERDAY, D("0.92"), True),
        ("USD", TODAY, D("0.9214"), True),
    ]
    assert Rate.objects.get(currency="GBP").entered_by == cast.ines
    event = Event.objects.get(stream=STREAM)
    assert event.kind == "rates.loaded"
    said = {key: event.facts[key] for key in ("landed", "same", "currencies", "first", "last")}
    assert said == {
        "landed": 2, "same": 2, "currencies": ["GBP", "USD"], "first": "2026-11-23", "last": "2026-11-23"
    }  # fmt: skip
    assert load_rates(content, by=cast.ines) == Loaded(landed=0, same=4)
    assert (len(stored()), events()) == (3, ["rates.loaded"])


def test_one_wrong_row_and_nothing_of_the_file_lands(version: PolicyVersion, cast: Cast) -> None:
    dollars(TODAY, "0.92")
    rows = [
        "GBP,2026-11-23,1.172,ECB",
        "GBP,2026-11-23,1.173,ECB",
        "USD,2026-11-23,0.9214,ECB",
        "EUR,2026-11-23,1,ECB",
        "SEK,2026-11-23,x,ECB",
        "GBP,2026-11-24,11.72,ECB",
    ]
    with pytest.raises(RatesRefused) as refused:
        load_rates((HEADER + "\n".join(rows)).encode(), by=cast.ines)
    assert refused.value.message == "Nothing was entered: 5 rows of this file cannot be."
    assert refused.value.leaps
    there = "There is 1 USD = 0.92 EUR for this day. A file corrects no rate."
    assert [plain(one) for one in refused.value.refusals] == [
        Refusal(3, "rate", "1.173", "Row 2 says another rate for this day."),
        Refusal(4, "rate", "0.9214", there),
        Refusal(5, "currency", "EUR", "EUR is the company's own currency."),
        Refusal(6, "rate", "x", "A number, like 0.9214."),
        Refusal(7, "rate", "11.72", "899.1 % more than the last one. Check it, then say that it is meant."),
    ]  # fmt: skip
    assert (stored(), events()) == ([("USD", TODAY, D("0.92"), True)], [])


def test_a_file_with_leaps_lands_for_who_is_sure(version: PolicyVersion, cast: Cast) -> None:
    dollars(TODAY, "0.9214")
    content = (HEADER + "USD,2026-11-22,1.0853,ECB\nUSD,2026-11-24,0.93,ECB\n").encode()
    with pytest.raises(RatesRefused) as refused:
        load_rates(content, by=cast.ines)
    assert [(one.row, one.value) for one in refused.value.refusals] == [(2, "1.0853")]
    assert load_rates(content, by=cast.ines, sure=True) == Loaded(2, 0)


@pytest.mark.concurrency
def test_of_two_who_enter_a_rate_at_once_one_wins_and_the_other_is_told(
    cast_for_races: Cast, race: Any
) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        make_policy(cast_for_races)

    def enter(rate: str) -> Any:
        return lambda: set_rate(usd(rate), by=cast_for_races.ines)

    same = race(enter("0.92"), enter("0.92"))
    assert sorted(one.changed for one in same) == [False, True]
    assert len({one.rate.pk for one in same}) == 1

    Rate.objects.update(replaced_at=NOON)
    ends = race(enter("0.93"), enter("0.94"))
    won = next(one for one in ends if isinstance(one, Entered))
    told = next(one for one in ends if isinstance(one, RateDiffers))
    assert told.standing == won.rate
    assert [row.rate for row in Rate.objects.standing()] == [won.rate.rate]
    assert events() == ["rate.entered", "rate.entered"]


@pytest.mark.concurrency
def test_a_rate_is_not_corrected_while_somebody_asks_at_it(cast_for_races: Cast, race: Any) -> None:
    cast, asked = cast_for_races, threading.Event()
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        version = make_policy(cast)
    there = set_rate(usd("0.92"), by=cast.ines).rate

    def ask() -> None:
        with transaction.atomic():
            frozen(cast, version)
            asked.set()
            time.sleep(0.5)  # long enough for a correction that does not wait

    def correct() -> Any:
        asked.wait(10)
        return set_rate(usd("0.93"), by=cast.ines, replaces=there.pk)

    _, told = race(ask, correct)

    assert isinstance(told, RateStays)
    assert (Revision.objects.get().rate, list(Rate.objects.standing())) == (D("0.92"), [there])


def public_rates() -> list[list[str]]:
    """What others were worth in dollars, by day: the set says what a dollar was worth in them."""
    if not PUBLIC.is_file():
        pytest.skip(f"no public data: {PUBLIC} is not there (DEALDESK_TEST_DATA names another place)")
    with PUBLIC.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t") if row[3] != "USD"]
    return [[row[3], row[1][:10], f"{(1 / D(row[4])).quantize(D('1e-8')):f}", "Public set"] for row in rows]


def test_public_rates_land_to_the_last_one_and_again_change_nothing(cast: Cast) -> None:
    rows = public_rates()
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        text = DEMO_POLICY.read_text().replace('currency = "EUR"', 'currency = "USD"')
        publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)
    content = (HEADER + "".join(",".join(row) + "\n" for row in rows)).encode()

    with pytest.raises(RatesRefused) as refused:
        load_rates(content, by=cast.ines)
    assert [(rows[one.row - 2][:2], one.reason.split(" ")[0]) for one in refused.value.refusals] == [
        (["ARS", "2024-07-23"], "29.0\xa0%"),
        (["ARS", "2024-08-06"], "24.3\xa0%"),
        (["ARS", "2024-10-08"], "31.9\xa0%"),
        (["ARS", "2024-10-09"], "25.4\xa0%"),
    ]
    assert (Rate.objects.count(), events()) == (0, [])

    assert load_rates(content, by=cast.ines, sure=True) == Loaded(landed=12_435, same=0)
    there = Rate.objects.values_list("currency", "date", "rate", "source")
    assert {(one, str(day), f"{rate:f}", source) for one, day, rate, source in there} == set(map(tuple, rows))
    assert rate_on("EUR", "USD", date(2022, 5, 30)) == D("1.03124678")

    assert load_rates(content, by=cast.ines, sure=True) == Loaded(landed=0, same=12_435)
    assert (Rate.objects.count(), events()) == (12_435, ["rates.loaded"])
