from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from base import format as written

D = Decimal
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (written.percent(D("22.5")), "22.5\u00a0%"),
        (written.percent(D("20")), "20.0\u00a0%"),
        (written.percent(D("12.504")), "12.5\u00a0%"),
        (written.percent(D("12.55")), "12.6\u00a0%"),
        (written.percent(D("-3.2")), "\u22123.2\u00a0%"),
        (written.percent(D("-0.04")), "0.0\u00a0%"),
        (written.percent(D("4"), 0), "4\u00a0%"),
        (written.percent(None), "–"),
        (written.points(D("1.4")), "1.4\u00a0points"),
        (written.points(D("-1.6")), "\u22121.6\u00a0points"),
        (written.signed(written.points(D("2.5"))), "+2.5\u00a0points"),
        (written.signed(written.points(D("-2.5"))), "\u22122.5\u00a0points"),
        (written.signed(written.points(D("0"))), "0.0\u00a0points"),
        (written.signed(written.money(D("4700"), "EUR")), "+€4,700"),
        (written.signed(written.percent(None)), "–"),
        (written.times(D("1.5")), "1.5\u00a0×"),
        (written.times(D("2")), "2.0\u00a0×"),
        (written.file_size(640), "640\u00a0bytes"),
        (written.file_size(2_560), "2.6\u00a0kB"),
        (written.file_size(3_140_000), "3.1\u00a0MB"),
        (written.days(60), "60\u00a0days"),
        (written.days(D("1")), "1\u00a0day"),
        (written.days(0), "0\u00a0days"),
        (written.days(None), "–"),
        (written.weeks(D("14")), "14\u00a0weeks"),
        (written.months(36), "36\u00a0months"),
        (written.count(2, "invoice"), "2\u00a0invoices"),
        (written.number(D("1.50")), "1.5"),
        (written.number(D("4.2E+2")), "420"),
        (written.number(12000), "12,000"),
        (written.number(D("0.00")), "0"),
        (written.number(None), "–"),
    ],
)
def test_numbers_carry_their_unit(shown, text):
    assert shown == text


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (written.money(D("1924560"), "EUR"), "€1,924,560"),
        (written.money(D("-144900"), "EUR"), "\u2212€144,900"),
        (written.money(D("-0.4"), "EUR"), "€0"),
        (written.money(D("979954.5"), "EUR"), "€979,955"),
        (written.money(None, "EUR"), "–"),
        (written.money(D("1150"), "USD"), "$1,150"),
        (written.money(D("1150"), "GBP"), "£1,150"),
        (written.money(D("1150"), "CHF"), "CHF\u00a01,150"),
        (written.money(D("-1150"), "SEK"), "\u2212SEK\u00a01,150"),
        (written.cents(D("1150"), "EUR"), "€1,150.00"),
        (written.cents(D("-0.005"), "EUR"), "\u2212€0.01"),
        (written.cents(D("1150"), "JPY"), "¥1,150"),
        (written.short_money(D("1924560"), "EUR"), "€1.92\u00a0m"),
        (written.short_money(D("8300000"), "EUR"), "€8.30\u00a0m"),
        (written.short_money(D("9994999"), "EUR"), "€9.99\u00a0m"),
        (written.short_money(D("9995000"), "EUR"), "€10.0\u00a0m"),
        (written.short_money(D("18440000"), "EUR"), "€18.4\u00a0m"),
        (written.short_money(D("-310000"), "EUR"), "\u2212€0.31\u00a0m"),
        (written.short_money(D("10000"), "EUR"), "€0.01\u00a0m"),
        (written.short_money(D("9999"), "EUR"), "€9,999"),
        (written.short_money(D("1924560"), "CHF"), "CHF\u00a01.92\u00a0m"),
        (written.short_money(None, "EUR"), "–"),
    ],
)
def test_money_carries_its_currency(shown, text):
    assert shown == text


@pytest.mark.parametrize(
    ("minutes", "span", "allowance"),
    [
        (0, "0 m", "0 m"),
        (40, "40 m", "40 m"),
        (60, "1 h", "1 h"),
        (65, "1 h 05 m", "1 h 05 m"),
        (290, "4 h 50 m", "4 h 50 m"),
        (479, "7 h 59 m", "7 h 59 m"),
        (480, "8 h", "8 h"),
        (540, "9 h", "9 h"),
        (599, "9 h", "9 h 59 m"),
        (959, "15 h", "15 h 59 m"),
        (960, "2 working days", "16 h"),
        (-40, "\u221240 m", "\u221240 m"),
        (-540, "\u22129 h", "\u22129 h"),
        (-1439, "\u22122 working days", "\u221223 h 59 m"),
    ],
)
def test_spans_are_written_in_hours_up_to_two_working_days_and_allowances_always(minutes, span, allowance):
    assert written.minutes(minutes) == span.replace(" ", "\u00a0")
    assert written.hours(minutes) == allowance.replace(" ", "\u00a0")


@given(st.integers(-100_000, 100_000))
def test_spans_never_break_over_two_lines(minutes):
    assert " " not in written.minutes(minutes) + written.hours(minutes)


def test_days_are_named():
    assert written.day(date(2026, 6, 4)) == "Thu 4 June"
    assert written.long_day(date(2026, 6, 4)) == "Thursday 4 June 2026"
    assert written.day(None) == written.long_day(None) == "–"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 6, 11, 14, 20, tzinfo=UTC), "today 16:20"),
        (datetime(2026, 6, 11, 21, 59, tzinfo=UTC), "today 23:59"),
        (datetime(2026, 6, 11, 22, 0, tzinfo=UTC), "tomorrow 00:00"),
        (datetime(2026, 6, 10, 7, 0, tzinfo=UTC), "yesterday 09:00"),
        (datetime(2026, 6, 13, 8, 30, tzinfo=UTC), "Sat 13 June, 10:30"),
        (datetime(2025, 6, 4, 8, 30, tzinfo=UTC), "Wed 4 June 2025, 10:30"),
        (None, "–"),
    ],
)
def test_moments_are_told_by_the_readers_clock(at, text):
    assert written.moment(at, NOW, BERLIN) == text


def test_filters_write_the_same():
    page = Template(
        "{% load fmt %}{{ discount|percent }}; {{ net|money:'EUR' }}; {{ net|short_money:'EUR' }}; "
        "{{ left|minutes }}; {{ due|moment }}; {{ due|clock_time }}; {{ on|near_day }}; "
        "{{ change|points|signed }}; {{ nothing|cents:'EUR' }}"
    )
    facts = {
        "discount": D("21.42"),
        "net": D("1728450"),
        "left": 290,
        "due": datetime(2026, 6, 12, 8, 30, tzinfo=UTC),
        "on": date(2026, 6, 11),
        "change": D("1.4"),
        "nothing": None,
    }
    with time_machine.travel(NOW, tick=False), timezone.override(BERLIN):
        shown = page.render(Context(facts))
    assert shown.replace("\u00a0", " ") == (
        "21.4 %; €1,728,450; €1.73 m; 4 h 50 m; tomorrow 10:30; 10:30; today; +1.4 points; –"
    )
