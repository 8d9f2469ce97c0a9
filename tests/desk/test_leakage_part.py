import csv

import pytest

from base.format import SPACE
from tests.desk.test_leakage_page import (  # noqa: F401 — its world
    PAGE,
    groups,
    numbers,
    see,
    thursday,
    version,
    won,
)

FILE = "/insights/leakage.csv"


@pytest.fixture
def two(cast, won):  # noqa: F811
    won("D-1", "900000")
    won("D-2", "760000", inside=False, owner=cast.elena, deal={"region": "Nordics"})
    won("D-3", "990000", segment="Mid-market")


def lines(client, user, **asked):
    client.force_login(user)
    answer = client.get(FILE, asked)
    assert answer["Content-Disposition"] == 'attachment; filename="leakage-2026-06-11.csv"'
    return list(csv.DictReader(answer.getvalue().decode().splitlines()))


def test_a_seller_a_segment_and_a_region_narrow_all_of_the_page(cast, two, see):  # noqa: F811
    assert numbers(see(cast.ines, seller=str(cast.maya.pk))) == ["D-1", "D-3"]
    assert numbers(see(cast.ines, segment="Mid-market")) == ["D-3"]
    answer = see(cast.ines, region="Nordics")
    view = answer.context["view"]
    assert (view.sums.deals, view.sums.leaked) == (1, 240000)
    assert groups(view.sellers) == [("Elena Petrova", 1, 240000, 40000)]
    assert "Region Nordics" in answer.content.decode()


def test_each_name_leads_to_its_part_and_each_part_can_be_taken_off(cast, two, see):  # noqa: F811
    page = see(cast.ines, period="year", page="1").content.decode()
    assert f'href="?period=year&amp;seller={cast.elena.pk}">Elena Petrova</a>' in page
    assert 'href="?period=year&amp;region=Nordics">Nordics</a>' in page
    page = see(cast.ines, region="Nordics", period="year").content.decode()
    assert '<a class="chip line" href="?period=year">Region Nordics' in page
    assert f'href="{FILE}?region=Nordics&amp;period=year"' in page


def test_what_nobody_may_see_narrows_nothing_and_names_nobody(cast, two, see):  # noqa: F811
    for asked in ({"seller": str(cast.elena.pk)}, {"seller": "x"}, {"region": "Nordics"}, {"segment": "<b>"}):
        answer = see(cast.maya, **asked)
        assert numbers(answer) == ["D-1", "D-3"]
        assert answer.context["view"].part.chosen == ()
        assert "Elena" not in answer.content.decode()


def test_the_file_has_what_the_page_compares_in_its_order(cast, two, client):
    rows = lines(client, cast.ines)
    assert [row["Number"] for row in rows] == ["D-2", "D-1", "D-3"]
    first = {key: value.replace(SPACE, " ") for key, value in rows[0].items()}
    assert (first["Seller"], first["Region"], first["Signed on"]) == (
        "Elena Petrova",
        "Nordics",
        "2026-05-20",
    )
    assert (first["Target"], first["Signed"], first["Limit"]) == ("1000000.00", "760000.00", "800000.00")
    assert (first["Given away, EUR"], first["Past the limit, EUR"]) == ("240000.00", "40000.00")
    assert first["Mandate"] == "Outside"


def test_the_file_holds_only_what_is_asked_and_what_its_reader_may_see(cast, two, client):
    assert [row["Number"] for row in lines(client, cast.ines, segment="Mid-market")] == ["D-3"]
    assert [row["Number"] for row in lines(client, cast.elena)] == ["D-2"]
    assert lines(client, cast.ines, period="last") == []
