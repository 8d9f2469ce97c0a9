"""docs/operating.md says in one line what each command is for."""

import re
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
OURS = {
    "approvals",
    "dealdesk",
    "deals",
    "desk",
    "guardrails",
    "insights",
    "ledger",
    "notices",
    "people",
    "planning",
}
FOR_DEVELOPERS = {"metrics_doc"}  # writes a page of docs


def test_every_command_is_told_in_one_line() -> None:
    rows = re.findall(
        r"^\| (`[a-z_]+.*?) \| (.+) \|$", (ROOT / "docs/operating.md").read_text(), re.MULTILINE
    )
    told = {name for command, _ in rows for name in re.findall(r"`([a-z_]+)", command)}
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert told == ours - FOR_DEVELOPERS
