"""Who last wrote which part of a draft, and when: so that two who write at once are told of each other."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from deals.changes import DraftChanges
from deals.models import Deal, DraftTouch
from people.models import User

ORDER = "order"  # of the lines
WHOLE = ("priorities", "exchanges")  # lists that are chosen as a whole


def parts_of(cells: Iterable[str], mine: DraftChanges, stored: DraftChanges) -> list[str]:
    """What differing `cells` belong to: a line as a whole, a list as a whole, everything else by itself; and
    the order of the lines, where lines that both have stand differently. Pure."""
    both = keys_of(mine) & keys_of(stored)
    parts = dict.fromkeys(part for cell in cells if (part := part_of(cell, both)))
    if mine.lines is not None and order_of(mine, both) != order_of(stored, both):
        parts[ORDER] = None
    return list(parts)


def part_of(cell: str, both: set[str]) -> str:
    """Empty for the place of a line that both have: others may only have been put before it."""
    head, _, rest = cell.partition(".")
    if head in WHOLE:
        return head
    if head != "lines":
        return cell
    key, _, column = rest.rpartition(".")
    return "" if column == "position" and key in both else f"lines.{key}"


def keys_of(changes: DraftChanges) -> set[str]:
    return {line.key for line in changes.lines or () if line.key}


def order_of(changes: DraftChanges, both: set[str]) -> list[str]:
    return [line.key for line in changes.lines or () if line.key in both]


def touch(deal: Deal, parts: Iterable[str], *, by: User, at: datetime) -> None:
    """Note that `by` wrote these parts as the draft's version of now. One statement."""
    rows = [DraftTouch(deal=deal, part=part, version=deal.version, by=by, at=at) for part in parts]
    DraftTouch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["deal", "part"],
        update_fields=["version", "by", "at"],
    )


def touched_since(deal: Deal, version: int) -> Mapping[str, DraftTouch]:
    """Part → who wrote it last, of what was written after `version`, the oldest first. One query."""
    later = DraftTouch.objects.filter(deal=deal, version__gt=version).select_related("by")
    return {row.part: row for row in later.order_by("version", "pk")}
