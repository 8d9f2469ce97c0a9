"""What is wrong with a rule: where in it, and why. A rule with a fault cannot be constructed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from base.words import say

Path = tuple[str | int, ...]
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")

LIMIT = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `path` leads from the rule to the value at fault: ("rungs", 1, "past"). `of`: where a name
    is not found, which tables would declare it; "" for all other mistakes."""

    path: Path
    reason: str
    of: str = ""


class Senseless(ValueError):
    """This rule cannot be. `faults` holds every reason, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.reason for fault in self.faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Raises Senseless with every fault, if there is one."""
    found = tuple(faults)
    if found:
        raise Senseless(found)


def key_faults(key: str, path: Path = ("key",)) -> Iterator[Fault]:
    """Keys are short, lower case and without spaces: they end up in addresses and in the record."""
    if not KEY.fullmatch(key):
        yield Fault(path, say("“{key}” is no key: lower case letters, digits, - and _, at most 50", key=key))


def name_faults(name: str, path: Path = ("name",)) -> Iterator[Fault]:
    """A name that people read: not blank, no space around it."""
    if not name or name != name.strip():
        yield Fault(path, say("“{name}” is no name: it is blank or has a space at its edge", name=name))


def number_faults(value: Decimal, path: Path, least: int | None = None) -> Iterator[Fault]:
    """A finite number, at least `least`, of a size that money and days can have."""
    if not value.is_finite() or abs(value) >= LIMIT:
        yield Fault(path, say("{value} is not a number between −10¹⁵ and 10¹⁵", value=value))
    elif least is not None and value < least:
        yield Fault(path, say("{value} is less than {least}", value=value, least=least))


def repeated(words: Iterable[str], what: str, paths: Iterable[Path]) -> Iterator[Fault]:
    """Each word after its first time: “discount” is there twice."""
    seen: set[str] = set()
    for word, path in zip(words, paths, strict=True):
        if word in seen:
            yield Fault(path, say("{what} “{word}” is there twice", what=say(what), word=word))
        seen.add(word)
