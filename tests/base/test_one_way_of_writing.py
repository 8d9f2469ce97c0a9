"""Numbers, days and hours are written by base.format alone: whatever else writes them forgets the reader."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILTERS = re.compile(
    r"\|(date|time|floatformat|intcomma|naturaltime|timesince|localize|filesizeformat)\b(?!:['\"]c['\"])"
)
IN_PYTHON = re.compile(r"\bMONTHS\[|\bDAYS\[|\{[^{}\"']*:(%[-a-zA-Z ]*[BbAaHd]|,[.\d]*f?)[^{}]*\}")
FOR_MACHINES = {
    "desk/queue_file.py": "a file for spreadsheets",
    "desk/record_file.py": "a file for spreadsheets",
    "desk/live.py": "tells two states of a page apart",
    "desk/forms/calendars.py": "stands in a field for times",
}


def test_no_template_writes_a_day_or_a_number_by_itself() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line in path.read_text().splitlines()
        if FILTERS.search(line)
    ]
    assert found == []


def test_no_page_writes_a_day_or_a_number_by_itself() -> None:
    found = [
        f"{name}: {line.strip()[:80]}"
        for path in sorted((ROOT / "desk").rglob("*.py"))
        if not (name := str(path.relative_to(ROOT))).startswith("desk/demo/") and name not in FOR_MACHINES
        for line in path.read_text().splitlines()
        if IN_PYTHON.search(line)
    ]
    assert found == []
