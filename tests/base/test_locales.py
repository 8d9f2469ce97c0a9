from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy

from base import format as written
from base.locales import HOUSE, LOCALES, current, direction, marks_of, speaking
from base.words import say
from tests.words.pseudo import SPOKEN, spoken, wide

D = Decimal
DAY = date(2026, 6, 4)
NOW = datetime(2026, 6, 4, 14, 20, tzinfo=UTC)


def test_nothing_else_said_the_house_writes() -> None:
    assert current() == HOUSE
    assert direction() == "ltr"


def test_a_locale_holds_until_its_end_and_inside_another() -> None:
    with speaking("de"):
        with speaking("sv"):
            assert current() == "sv"
        assert current() == "de"
    assert current() == HOUSE


def test_one_that_is_not_offered_is_the_house() -> None:
    with speaking("xx"):
        assert current() == HOUSE


@pytest.mark.parametrize(
    ("locale", "percent", "money", "millions", "cents"),
    [
        ("en", "−22.5 %", "−€1,924,560", "€1.92 m", "$12.50"),
        ("en-US", "−22.5%", "−€1,924,560", "€1.92 M", "$12.50"),
        ("de", "−22,5 %", "−1.924.560 €", "1,92 Mio. €", "12,50 $"),
        ("de-CH", "−22.5%", "−EUR 1\u2019924\u2019560", "EUR 1.92 Mio.", "$ 12.50"),
        ("sv", "−22,5 %", "−1 924 560 €", "1,92 mn €", "12,50 US$"),
        ("en-IN", "−22.5%", "−€19,24,560", "€1.92 m", "$12.50"),
        ("tr", "−%22,5", "−€1.924.560", "€1,92 Mn", "$12,50"),
        (
            "ar",
            "\u2066−22.5%\u2069",
            "\u2066−1,924,560 €\u2069",
            "\u20661.92 مليون €\u2069",
            "\u206612.50 US$\u2069",
        ),
    ],
)
def test_numbers_and_money_by_locale(
    locale: str, percent: str, money: str, millions: str, cents: str
) -> None:
    with speaking(locale):
        shown = (
            written.percent(D("-22.5")),
            written.money(D("-1924560"), "EUR"),
            written.short_money(D("1924560"), "EUR"),
            written.cents(D("12.5"), "USD"),
        )
    assert tuple(text.replace("\u00a0", " ") for text in shown) == (percent, money, millions, cents)


@pytest.mark.parametrize(
    ("locale", "day", "full", "moment"),
    [
        ("en", "Thu 4 June", "4 June 2026", "Sat 6 June, 14:20"),
        ("en-US", "Thu, Jun 4", "Jun 4, 2026", "Sat, Jun 6, 2:20\u202fPM"),
        ("de", "Do., 4. Juni", "4. Juni 2026", "Sa., 6. Juni, 14:20"),
        ("fr", "jeu. 4 juin", "4 juin 2026", "sam. 6 juin, 14:20"),
        ("ja", "6月4日(木)", "2026年6月4日", "6月6日(土), 14:20"),
    ],
)
def test_days_and_hours_by_locale(locale: str, day: str, full: str, moment: str) -> None:
    with speaking(locale):
        assert written.day(DAY) == day
        assert written.full_date(DAY) == full
        assert written.moment(NOW + timedelta(days=2), NOW, UTC) == moment
        assert written.moment(NOW, NOW, UTC).startswith("today ")


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_every_locale_offered_writes_everything(locale: str) -> None:
    with speaking(locale):
        texts = (
            *(f(DAY) for f in (written.day, written.full_date, written.whole_day, written.long_day)),
            *(f(DAY) for f in (written.month, written.month_of_year, written.weekday)),
            written.short_day(DAY, 2025),
            written.hour(time(16, 20)),
            written.short_money(D(50_000), "XYZ"),
        )
    assert all(texts)
    assert marks_of(locale).decimal in ".,"


def test_a_difference_keeps_its_sign_at_the_number_from_right_to_left() -> None:
    with speaking("he"):
        assert direction() == "rtl"
        assert written.signed(written.percent(D("2.5"))) == "\u2066+2.5%\u2069"
        assert written.signed(written.percent(D("0"))) == "\u20660.0%\u2069"


def test_the_language_goes_with_the_locale_and_what_is_kept_stays_english() -> None:
    lazy = gettext_lazy("Finance")
    with spoken(), speaking(SPOKEN):
        assert str(lazy) == wide("Finance")
        with speaking(HOUSE):
            assert str(lazy) == say("Finance") == "Finance"
        assert say("Finance") == wide("Finance")
    assert str(lazy) == "Finance"


def test_units_and_days_near_by_are_said_in_the_readers_language() -> None:
    with spoken(), speaking(SPOKEN):
        assert written.points(D("1.4")) == wide("1.4\u00a0points")
        assert (written.days(1), written.days(60)) == (wide("1\u00a0day"), wide("60\u00a0days"))
        assert written.weeks(D("0.5")) == written.count(D("0.5"), "week") == wide("0.5\u00a0weeks")
        assert written.minutes(1000) == wide("2\u00a0working\u00a0days")
        assert written.hours(65) == wide("1\u00a0h\u00a005\u00a0m")
        assert written.near_day(DAY, DAY) == wide("today")
        assert written.moment(NOW, NOW, ZoneInfo("UTC")) == f"{wide('today')} 14:20"
