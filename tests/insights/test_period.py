from datetime import date

import pytest

from insights.period import periods


@pytest.mark.parametrize(
    ("today", "quarter", "last", "year"),
    [
        ("2026-06-11", "2026-04-01 2026-06-30", "2026-01-01 2026-03-31", "2025-06-12 2026-06-11"),
        ("2026-01-01", "2026-01-01 2026-03-31", "2025-10-01 2025-12-31", "2025-01-02 2026-01-01"),
        ("2027-12-31", "2027-10-01 2027-12-31", "2027-07-01 2027-09-30", "2027-01-01 2027-12-31"),
        ("2028-02-29", "2028-01-01 2028-03-31", "2027-10-01 2027-12-31", "2027-03-01 2028-02-29"),
    ],
)
def test_quarters_and_twelve_months_have_no_gap_and_no_overlap(today, quarter, last, year):
    found = {one.key: f"{one.first} {one.last}" for one in periods(date.fromisoformat(today))}
    assert found == {"quarter": quarter, "last": last, "year": year}
