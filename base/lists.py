"""Several things in one sentence, in the language of whoever reads it."""

from collections.abc import Sequence
from typing import Literal

from base.words import say

Last = Literal["and", "or"]


def listed(parts: Sequence[str], last: Last = "and") -> str:
    """ "a", "a and b", "a, b and c"; with "or" where one of them is enough. Nothing of nothing."""
    if len(parts) < 2:
        return "".join(parts)
    before, end = ", ".join(parts[:-1]), parts[-1]
    if last == "or":
        return say("{first} or {last}", first=before, last=end)
    return say("{first} and {last}", first=before, last=end)
