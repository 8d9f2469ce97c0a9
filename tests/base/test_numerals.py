from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base import format as written
from base.locales import LOCALES, speaking
from base.numerals import NoNumber, TwoWays, read, write

D = Decimal
locales = st.sampled_from(sorted(LOCALES))
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6).map(Decimal.normalize)
shown = st.builds(
    lambda value, places: round(value, places),
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.integers(min_value=0, max_value=2),
)


@given(value=amounts, writer=locales, reader=locales, places=st.integers(min_value=0, max_value=6))
def test_what_one_locale_writes_into_a_field_every_locale_reads_back(
    value: Decimal, writer: str, reader: str, places: int
) -> None:
    with speaking(writer):
        text = write(value, places)
    with speaking(reader):
        assert read(text) == value


@given(value=shown, writer=locales, reader=locales)
def test_what_one_locale_shows_no_locale_takes_for_another_number(
    value: Decimal, writer: str, reader: str
) -> None:
    with speaking(writer):
        text = written.number(value)
    with speaking(reader):
        try:
            found = read(text)
        except TwoWays as either:
            found = read(either.whole)
            assert abs(found) < 10**6
    assert found == value


@given(value=shown, locale=locales)
def test_what_is_shown_is_read_back_or_asked_about(value: Decimal, locale: str) -> None:
    with speaking(locale):
        try:
            assert read(written.number(value)) == value
        except TwoWays:
            assert 1000 <= abs(value) < 10**6 and value == int(value)


@pytest.mark.parametrize("locale", ["en", "de", "sv", "fr", "de-CH", "ar", "en-IN"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22.5", "22.5"),
        ("22,5", "22.5"),
        ("-3,2", "-3.2"),
        ("\u22123.2", "-3.2"),
        ("1 924 560", "1924560"),
        ("1\u202f924\u202f560,50", "1924560.50"),
        ("1\u2019924\u2019560.50", "1924560.50"),
        ("1,924,560", "1924560"),
        ("1.924.560", "1924560"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12,34,567", "1234567"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        (".5", "0.5"),
        ("\u0662\u0662\u066b\u0665", "22.5"),
        ("\u2066\u221222.5\u2069", "-22.5"),
    ],
)
def test_a_number_with_one_reading_is_read_in_every_locale(locale: str, text: str, value: str) -> None:
    with speaking(locale):
        assert read(text) == D(value)


@pytest.mark.parametrize(
    ("locale", "text", "whole", "parted"),
    [
        ("en", "25,000", "25000", "25.0000"),
        ("en", "25.000", "25000", "25.0000"),
        ("de", "25.000", "25000", "25,0000"),
        ("de", "-1,250", "-1250", "-1,2500"),
    ],
)
def test_a_number_with_two_readings_is_refused_with_both(
    locale: str, text: str, whole: str, parted: str
) -> None:
    with speaking(locale), pytest.raises(TwoWays) as refused:
        read(text)
    assert (refused.value.whole, refused.value.parted) == (whole, parted)


@pytest.mark.parametrize(("locale", "text"), [("en", "1.085"), ("de", "1,085"), ("de-CH", "1.085")])
def test_a_rate_has_three_decimals_by_the_locales_own_sign(locale: str, text: str) -> None:
    with speaking(locale):
        assert read(text, fine=True) == D("1.085")


@pytest.mark.parametrize(("locale", "text"), [("de", "1.085"), ("en", "1,085")])
def test_a_rate_by_the_other_sign_is_refused(locale: str, text: str) -> None:
    with speaking(locale), pytest.raises(TwoWays):
        read(text, fine=True)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1e3", "NaN", "Infinity", "--1", "1,2,3", "1.2.3", "1,23.456,7", "12,3456.7", ".", "1-2"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NoNumber):
        read(text)


@pytest.mark.parametrize(
    ("locale", "value", "places", "text"),
    [
        ("en", "16.000000", 1, "16.0"),
        ("de", "16.000000", 1, "16,0"),
        ("de", "420", 0, "420"),
        ("fr", "1924560.5", 0, "1924560,5"),
        ("en", "1.085", 0, "1.0850"),
        ("sv", "-3.2", 2, "-3,20"),
    ],
)
def test_a_field_shows_the_locales_decimal_sign_and_no_groups(
    locale: str, value: str, places: int, text: str
) -> None:
    with speaking(locale):
        assert write(D(value), places) == text
