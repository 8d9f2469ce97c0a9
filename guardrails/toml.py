"""A policy as a text that people write, review and keep. Law: load(export(policy)) == policy."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from base.words import say
from guardrails.draft import read
from guardrails.export import export
from guardrails.lines import line_of, lines_of
from guardrails.policy import Policy

__all__ = ["Mistake", "PolicyErrors", "export", "load"]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing that is wrong, and the line it stands on."""

    line: int
    reason: str

    def __str__(self) -> str:
        return say("line {line}: {reason}", line=self.line, reason=self.reason)


class PolicyErrors(ValueError):
    """The text is no policy. `mistakes` has all of them, by line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load(text: str) -> Policy:
    """The policy that the text describes. Raises PolicyErrors with every mistake and its line."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PolicyErrors([_unreadable(str(error), text)]) from None
    draft, faults = read(document)
    if faults:
        lines = lines_of(text)
        raise PolicyErrors(Mistake(line_of(lines, fault.path), fault.reason) for fault in faults)
    return draft.policy()


def _unreadable(reason: str, text: str) -> Mistake:
    what, _, where = reason.partition(" (at ")
    found = re.match(r"line (\d+)", where)
    line = int(found.group(1)) if found else text.rstrip("\n").count("\n") + 1
    return Mistake(line, say("this is no TOML: {what}", what=what))
