import codecs
from datetime import date
from decimal import Decimal as D

import pytest

from deals.rate_file import FIRST_ROW, read
from deals.rate_rules import RateRow, Refusal, equation, leap, mistakes

TODAY = date(2026, 11, 23)
USD = RateRow("USD", date(2026, 11, 20), D("0.9214"), "ECB")
GBP = RateRow("GBP", date(2026, 11, 20), D("1.1720"), "ECB")


@pytest.mark.parametrize(
    "content",
    [
        b"currency,date,rate,source\nUSD,2026-11-20,0.9214,ECB\nGBP,2026-11-20,1.1720,ECB\n",
        b"currency;date;rate;source\r\nUSD;20.11.2026;0,9214;ECB\r\n;;;\r\nGBP;20.11.2026;1,1720;ECB\r\n",
        b"Date\tSource\tCurrency\tRate\n2026-11-20\tECB\tusd\t0.9214\n\n2026-11-20\tECB\tgbp\t1.1720",
        b'currency,date,rate,source\nUSD,2026-11-20,"0,9214",ECB\nGBP,2026-11-20,"1,1720", ECB \n',
        codecs.BOM_UTF8 + b"currency;date;rate;source\nUSD;2026-11-20;0,9214;ECB\nGBP;2026-11-20;1,1720;ECB",
        "\ufeffcurrency\tdate\trate\tsource\nUSD\t2026-11-20\t0.9214\tECB\nGBP\t2026-11-20\t1.1720\tECB".encode(
            "utf-16-le"
        ),
    ],
)
def test_a_file_reads_the_same_however_it_was_saved(content: bytes) -> None:
    sheet = read(content)
    assert (list(sheet.rows.values()), sheet.refusals) == ([USD, GBP], ())


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    content = b'currency,date,rate,source\n\nUSD,2026-11-20,0.9214,"Bank,\nnoon"\nGBP,2026-11-20,one,ECB\n'
    sheet = read(content)
    assert list(sheet.rows) == [3]
    assert sheet.refusals == (Refusal(4, "rate", "one", "A number, like 0.9214."),)


def test_every_fault_of_every_row_is_said_at_once() -> None:
    rows = [
        "currency,date,rate,source",
        "USD,11/20/2026,0.92x,ECB",
        "GBP,2026-02-30,1.17,ECB",
        "CHF,2026-11-20",
    ]
    sheet = read("\n".join(rows).encode())
    assert sheet.rows == {}
    assert sheet.refusals == (
        Refusal(2, "date", "11/20/2026", "A day, like 2026-11-21."),
        Refusal(2, "rate", "0.92x", "A number, like 0.9214."),
        Refusal(3, "date", "2026-02-30", "A day, like 2026-11-21."),
        Refusal(4, "", "", "2 cells instead of 4."),
    )


def test_a_number_with_the_other_decimal_sign_could_be_thousands() -> None:
    rows = [
        "currency;date;rate;source",
        "USD;2026-11-20;0.9214;ECB",
        "GBP;2026-11-20;1.17;ECB",
        "XAU;2026-11-20;3,512;LBMA",
    ]
    sheet = read("\n".join(rows).encode())
    reason = "The other numbers of this file have a decimal point."
    assert (list(sheet.rows), sheet.refusals) == ([2, 3], (Refusal(4, "rate", "3,512", reason),))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FIRST_ROW),
        (b"USD,2026-11-20,0.9214,ECB\n", FIRST_ROW),
        (b"currency,date,rate,source,note\n", FIRST_ROW),
        (b"currency,date,rate,rate\n", FIRST_ROW),
        (b"\x81\x8d", "Save the file as UTF-8."),
        (
            b'currency,date,rate,source\n"USD"x,2026-11-20,1,ECB',
            "This is not a table of cells: ',' expected after '\"'.",
        ),
    ],
)
def test_what_is_no_table_of_rates_has_one_refusal(content: bytes, reason: str) -> None:
    sheet = read(content)
    assert (sheet.rows, sheet.refusals) == ({}, (Refusal(1, "", "", reason),))


def test_what_older_spreadsheets_save_is_read() -> None:
    sheet = read("currency;date;rate;source\nUSD;2026-11-20;0,9214;Bank für Handel".encode("cp1252"))
    assert sheet.rows[2].source == "Bank für Handel"


@pytest.mark.parametrize(
    ("rate", "last", "said"),
    [
        ("1.2", "1", ""),
        ("1.20000001", "1", "20.0 % more than the last one"),
        ("0.8", "1", ""),
        ("0.79999999", "1", "20.0 % less than the last one"),
        ("0.9214", "0.9214", ""),
        ("1.0853", "0.9214", "looks turned round, 1 ÷ 1.0853 is about the last one"),
        ("0.98", "1.01", ""),
        ("92.14", "0.9214", "9,900.0 % more than the last one"),
    ],
)
def test_a_leap_is_past_a_fifth_or_the_inverse(rate: str, last: str, said: str) -> None:
    assert leap(D(rate), D(last)).replace("\xa0", " ") == said


def test_the_direction_is_said_as_an_equation() -> None:
    assert equation("USD", D("0.92140000"), "EUR").replace("\xa0", " ") == "1 USD = 0.9214 EUR"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"currency": "US"}, {"currency": "Three capital letters, like USD."}),
        ({"currency": "EUR"}, {"currency": "EUR is the company's own currency."}),
        ({"day": date(1970, 1, 1)}, {}),
        ({"day": date(1969, 12, 31)}, {"date": "Between 1970 and a year from now."}),
        ({"day": date(2027, 11, 24)}, {}),
        ({"day": date(2027, 11, 25)}, {"date": "Between 1970 and a year from now."}),
        ({"rate": D("0")}, {"rate": "More than 0, less than 1,000,000,000."}),
        ({"rate": D("999999999.99999999")}, {}),
        ({"rate": D("1000000000")}, {"rate": "More than 0, less than 1,000,000,000."}),
        ({"rate": D("0.123456789")}, {"rate": "At most eight decimals."}),
        ({"source": " "}, {"source": "Say where it is from, like ECB."}),
        ({"source": "x" * 60}, {}),
        ({"source": "x" * 61}, {"source": "At most 60 letters."}),
    ],
)
def test_what_a_rate_may_be(changes: dict[str, object], found: dict[str, str]) -> None:
    row = {"currency": "USD", "day": TODAY, "rate": D("0.9214"), "source": "ECB", **changes}
    assert dict(mistakes(RateRow(**row), "EUR", TODAY)) == found  # type: ignore[arg-type]
