"""A mapping as a text: what each column of a file of past deals means (docs/import.md). Pure."""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal

from base.words import say
from deals.importing.fields import Field, Format, Mapped, Numbers, Table
from deals.importing.written import read
from guardrails.faults import Fault
from guardrails.lines import line_of, lines_of
from guardrails.toml import Mistake

__all__ = ["Field", "Format", "Mapped", "MappingErrors", "Mistake", "Numbers", "Table", "load", "located"]


class MappingErrors(ValueError):
    """The text is no mapping. `mistakes` has all of them, by line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def load(text: str) -> Mapped:
    """The mapping that the text describes. Raises MappingErrors with every mistake and its line."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise MappingErrors([unreadable(str(error), text)]) from None
    mapped, faults = read(document)
    if mapped is None or faults:
        raise MappingErrors(located(faults, text))
    return mapped


def located(faults: Iterable[Fault], text: str) -> list[Mistake]:
    """The same faults, with the line of `text` that each stands on."""
    lines = lines_of(text)
    return [Mistake(line_of(lines, fault.path), fault.reason) for fault in faults]


def unreadable(reason: str, text: str) -> Mistake:
    what, _, where = reason.partition(" (at ")
    found = re.match(r"line (\d+)", where)
    line = int(found.group(1)) if found else text.rstrip("\n").count("\n") + 1
    return Mistake(line, say("this is no TOML: {what}", what=what))
