"""A table from a spreadsheet, read as lines."""

from decimal import Decimal as D

import pytest

from base.errors import Invalid
from deals.changes import LineChange
from deals.pasted import lines_with, read

CATALOGUE = (
    ("control-platform", "Control Platform"),
    ("site-connector", "Site connector"),
    ("premium-support", "Premium support"),
)


def said(text: str, **more):
    return [(row.key, row.quantity, row.target, row.walk_away) for row in read(text, CATALOGUE, **more).rows]


def faults(text: str, **more) -> list[str]:
    return [row.fault for row in read(text, CATALOGUE, **more).rows]


def test_columns_between_tabs_stand_as_the_brief_has_them_without_headings():
    found = read("Control Platform\t420\t16\t24.5\nSite connector\t3\t10 %\t18 %\n", CATALOGUE)
    assert (found.headed, found.style, found.faults) == (False, "point", 0)
    assert [(row.key, row.quantity, row.target, row.walk_away) for row in found.rows] == [
        ("control-platform", D(420), D(16), D("24.5")),
        ("site-connector", D(3), D(10), D(18)),
    ]


@pytest.mark.parametrize("between", ["\t", ";"])
def test_headings_say_the_order_and_what_is_not_read(between):
    rows = [
        ["Menge", "Listenpreis", "Produkt", "Walk-away", "Rabatt %"],
        ["3", "48.000", "site connector", "18", "10"],
    ]
    found = read("\n".join(between.join(row) for row in rows), CATALOGUE)
    assert (found.headed, found.ignored) == (True, ("Listenpreis",))
    assert found.rows[0].change == LineChange("site-connector", D(3), D(10), D(18))


@pytest.mark.parametrize(
    ("cells", "quantity"),
    [
        (("1.200", "12,5"), D(1200)),
        (("1,200", "12.5"), D(1200)),
        (("1.200,5", "12"), D("1200.5")),
        (("1,200.5", "12"), D("1200.5")),
        (("1 200", "12"), D(1200)),
        (("1'200", "12"), D(1200)),
        (("0,5", "12"), D("0.5")),
    ],
)
def test_german_and_english_numbers_are_told_apart_by_the_whole_table(cells, quantity):
    assert said(f"Control Platform\t{cells[0]}\t{cells[1]}")[0][1] == quantity


def test_a_number_that_reads_in_two_ways_is_asked_about_and_can_be_settled():
    text = "Control Platform\t1.200\t10"
    assert faults(text) == ["“1.200” reads in two ways. Write 1200, or choose how numbers are written."]
    assert said(text, style="comma")[0][1] == 1200
    assert said(text, style="point")[0][1] == D("1.2")


def test_each_wrong_row_says_what_is_wrong_with_it():
    cells = ("a lot\t1\t2", "\t1\t2", "0\t1\t2", "5\t20\t10", "5\t20\t101")
    rows = [*(f"Control Platform\t{each}" for each in cells), "\t5\t1\t2"]
    text = "\n".join(["Product\tQty\tTarget\tWalk-away", *rows])
    assert faults(text) == [
        "“a lot” is no number.",
        "Say how many.",
        "The quantity must be more than 0.",
        "The walk-away is safer than the target.",
        "A discount lies between −100 % and 100 %.",
        "No product in this row.",
    ]


def test_an_unknown_product_names_the_nearest_and_waits_for_a_choice():
    text = "Site conector\t3\nSnow plough\t1"
    found = read(text, CATALOGUE)
    assert [(row.key, [name for _, name in row.nearest]) for row in found.rows] == [
        ("", ["Site connector"]),
        ("", []),
    ]
    assert found.unknown == 2
    chosen = read(text, CATALOGUE, chosen={1: "site-connector", 2: "out"})
    assert (chosen.unknown, [row.key for row in chosen.wanted]) == (0, ["site-connector"])
    assert read(text, CATALOGUE, chosen={1: "not-there"}).unknown == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Control Platform, 3", "neither tabs nor semicolons"),
        ("\t\n\t\t", "Every cell of it is empty"),
        ("Product\tQty", "only a row of headings"),
        ("Control Platform\t1\n" * 101, "These are 101 rows; a brief takes at most 100 lines"),
        ("x;" * 60_000, "more than 100000 letters"),
    ],
    ids=["no table", "empty", "headings", "rows", "letters"],
)
def test_what_is_no_table_is_refused(text, why):
    with pytest.raises(Invalid, match=why):
        read(text, CATALOGUE)


def test_lines_are_added_or_take_the_place_of_those_there_and_known_products_keep_their_line():
    before = (LineChange("site-connector", D(1), D(0), D(0), "line-9"),)
    rows = read("Control Platform\t5\nSite connector\t3\nSite connector\t4", CATALOGUE).rows
    assert [line.key for line in lines_with(rows, before, replaced=False)] == ["line-9", "", "", ""]
    after = lines_with(rows, before, replaced=True)
    assert [(line.key, line.quantity) for line in after] == [("", 5), ("line-9", 3), ("", 4)]
    with pytest.raises(Invalid, match="would have 102 lines"):
        lines_with(rows, before * 99, replaced=False)
