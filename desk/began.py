"""What a brief held when its writer began, and what others wrote since: what only they changed is taken as it
is, what both changed is asked about."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from decimal import Decimal
from typing import Any

from base import canonical
from base.words import mark, say
from deals.changes import DraftChanges, cells, differences
from deals.models import DraftTouch
from deals.touched import ORDER, keys_of, part_of, parts_of

OTHER_TAB = mark("You, in another tab")
SHORT = 12  # letters of a digest: enough to see that something differs


@dataclass(frozen=True, slots=True)
class Began:
    """A draft, as far as it takes to see what was changed in it: part → digest of it, and the order of its
    lines. It travels with the page; whoever changes it there only decides what they are asked."""

    parts: Mapping[str, str]
    order: tuple[str, ...]

    def left(self, part: str, mine: "Began") -> bool:
        """Whether `mine` has this part as it was."""
        if part != ORDER:
            return self.parts.get(part) == mine.parts.get(part)
        both = {*self.order} & {*mine.order}
        return [key for key in self.order if key in both] == [key for key in mine.order if key in both]

    def __str__(self) -> str:
        return json.dumps({"parts": self.parts, "order": self.order}, separators=(",", ":"))


def began_of(draft: DraftChanges) -> Began:
    """Of a completed draft, stored or typed. What is empty and what is not there are the same."""
    keys = keys_of(draft)
    held: dict[str, list[tuple[str, Any]]] = {}
    for cell, value in cells(draft):
        part = part_of(cell, keys)
        if part and value not in (None, ""):
            held.setdefault(part, []).append((cell, spelled(value)))
    digests = {part: canonical.digest(canonical.dumps(found))[:SHORT] for part, found in held.items()}
    return Began(digests, tuple(line.key for line in draft.lines or () if line.key))


def spelled(value: Any) -> Any:
    """One spelling for one value: 16 and 16.0 are the same."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: spelled(each) for name, each in asdict(value).items()}
    return value.normalize() if isinstance(value, Decimal) else value


def read_began(text: str) -> Began | None:
    """What a page sent back; None for what is none."""
    try:
        said = json.loads(text)
        parts, order = said["parts"], said["order"]
        return Began({str(part): str(digest) for part, digest in parts.items()}, tuple(map(str, order)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Moved:
    """What was written since I began: part → who wrote it. `me`: whose tab this is. `began`: what it held
    then; None: nobody knows, and all that differs is asked about."""

    touched: Mapping[str, DraftTouch]
    me: int
    began: Began | None = None

    def keys(self, mine: DraftChanges, theirs: DraftChanges) -> list[str]:
        """What both of us changed. What differs and nobody else touched is mine, and nothing to choose."""
        alone = set(self.taken(mine, theirs))
        return [key for key in self.differing(mine, theirs) if key not in alone]

    def taken(self, mine: DraftChanges, theirs: DraftChanges) -> list[str]:
        """What only others changed."""
        if self.began is None:
            return []
        now = began_of(mine)
        return [key for key in self.differing(mine, theirs) if self.began.left(key, now)]

    def chosen(self, mine: DraftChanges, theirs: DraftChanges) -> list[str]:
        """The same, with the order of theirs where I left the lines as they stood."""
        taken = self.taken(mine, theirs)
        keeps = self.began is not None and self.began.left(ORDER, began_of(mine))
        return [*taken, ORDER] if keeps and ORDER not in taken else taken

    def differing(self, mine: DraftChanges, theirs: DraftChanges) -> list[str]:
        found = parts_of(differences(mine, theirs), mine, theirs)
        return [key for key in found if key in self.touched] if self.touched else found

    def who(self, key: str) -> str:
        row = self.touched.get(key)
        return "" if row is None else say(OTHER_TAB) if row.by_id == self.me else row.by.name

    @property
    def others(self) -> list[str]:
        """Names of everyone else, the first who saved first."""
        return list(dict.fromkeys(row.by.name for row in self.touched.values() if row.by_id != self.me))

    @property
    def mine_alone(self) -> bool:
        return bool(self.touched) and not self.others
