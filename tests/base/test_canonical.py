import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.canonical import digest, dumps

GOLDEN = Path(__file__).parent / "golden"


class Verdict(StrEnum):
    AGREE = "agree"


class Level(IntEnum):
    MANAGER = 1


VALUES = {
    "deal": {
        "schema": 1,
        "title": "Brandt Logistik AG, Größe “L”",
        "lines": [
            {
                "key": "platform",
                "quantity": Decimal("420"),
                "discount": Decimal("24.500000"),
                "tier": Decimal("1E+1"),
            },
            {"key": "connector", "quantity": Decimal("3"), "discount": Decimal("-0.000000"), "floor": None},
        ],
        "signed": date(2026, 6, 30),
        "won": False,
        "count": 3,
    },
    "letters": {
        "o\u0308": "A\u030a",
        "b": "日本",
        "a": 'tab\there, "quoted", \\ and \x00',
        "\u00e9": "🙂",
        "empty": "",
    },
    "kinds": [
        None,
        True,
        0,
        -7,
        Decimal("-0"),
        Decimal("0.10"),
        Verdict.AGREE,
        Level.MANAGER,
        datetime(2026, 6, 11, 16, 20, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 6, 11, 14, 20, 0, 5, tzinfo=UTC),
        (1, (2,)),
        {},
        [],
    ],
}

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS | st.dates()
KEYS = TEXTS.map(lambda text: unicodedata.normalize("NFC", text))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@pytest.mark.parametrize("name", VALUES)
def test_the_text_is_what_it_always_was(name):
    text, sealed = (GOLDEN / f"{name}.json").read_bytes(), (GOLDEN / f"{name}.sha256").read_text().strip()
    assert dumps(VALUES[name]).encode() == text
    assert digest(dumps(VALUES[name])) == sealed


@given(TREES)
def test_reading_and_writing_again_gives_the_same_text(tree):
    assert dumps(json.loads(dumps(tree))) == dumps(tree)


@given(st.dictionaries(KEYS, LEAVES))
def test_the_order_of_keys_does_not_matter(mapping):
    assert dumps(dict(reversed(mapping.items()))) == dumps(mapping)


@given(TEXTS)
def test_texts_that_look_the_same_are_the_same(text):
    assert dumps(unicodedata.normalize("NFD", text)) == dumps(unicodedata.normalize("NFC", text))


@given(TREES)
def test_no_text_holds_an_exponent_a_minus_zero_or_a_space_of_its_own(tree):
    assert json.dumps(
        json.loads(dumps(tree)), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ) == dumps(tree)


@given(NUMBERS)
def test_a_decimal_comes_back_with_its_digits(number):
    assert Decimal(json.loads(dumps(number))) == number
    assert "E" not in dumps(number)
    assert dumps(number) != '"-0.000000"'


def test_digits_count():
    assert dumps(Decimal("1.5")) != dumps(Decimal("1.50"))


def test_null_is_kept():
    assert dumps({"a": None}) == '{"a":null}' != dumps({})


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": [0.1]},
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        datetime(2026, 6, 11, 16, 20),
        {1: "a"},
        {None: 1},
        {"\u00e9": 1, "e\u0301": 2},
        {1, 2},
        b"bytes",
        object(),
        "\ud800",
    ],
)
def test_what_has_no_one_spelling_is_refused(value):
    with pytest.raises(ValueError, match=r"canonical|keys|same text|zone|surrogates"):
        dumps(value)


def test_the_digest_is_sha256_of_utf8():
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("\u00f6") != digest("o\u0308")
