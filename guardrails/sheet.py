"""A TOML table being read: gives typed values and remembers every mistake, not only the first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from base.words import mark, say
from guardrails.faults import Fault, Path, Senseless

Made = TypeVar("Made")
WHAT: dict[type, str] = {
    str: mark("a text"),
    bool: mark("true or false"),
    int: mark("a number"),
    Decimal: mark("a number"),
    list: mark("a list"),
    dict: mark("a table"),
    date: mark("a date"),
    time: mark("a time"),
}


@dataclass(slots=True)
class Sheet:
    """One table. `sound` is False once a value is missing or of a wrong type: then nothing is built of it."""

    values: dict[str, object]
    faults: list[Fault]
    path: Path = ()
    read: set[str] = field(default_factory=set)
    sound: bool = True

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, str, say("a text in quotes"), default)
        return value if isinstance(value, str) else ""

    def whole(self, key: str, default: int | None = None) -> int:
        """A number without a point."""
        value = self._value(key, int, say("a whole number"), default)
        return value if isinstance(value, int) else 1

    def number(self, key: str) -> Decimal:
        """20.0 or 20, exactly as written. Percent is written 20.0, never 0.2."""
        value = self._value(key, (int, Decimal), say("a number"), None)
        return Decimal(value) if isinstance(value, int | Decimal) else Decimal(1)

    def words(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value = self._value(key, list, say("a list of texts in quotes"), default)
        found = value if isinstance(value, list) else []
        for place, word in enumerate(found):
            if not isinstance(word, str):
                self.fault(
                    (key, place),
                    say("{key}: {found} stands where a text belongs", key=key, found=_called(word)),
                    sound=False,
                )
        return tuple(word for word in found if isinstance(word, str))

    def shares(self, key: str, default: list[Decimal] | None = None) -> tuple[Decimal, ...]:
        """A list of numbers."""
        value = self._value(key, list, say("a list of numbers"), default)
        found = value if isinstance(value, list) else []
        for place, each in enumerate(found):
            if isinstance(each, bool) or not isinstance(each, int | Decimal):
                self.fault(
                    (key, place),
                    say("{key}: {found} stands where a number belongs", key=key, found=_called(each)),
                    sound=False,
                )
        return tuple(Decimal(each) for each in found if isinstance(each, int | Decimal))

    def numbers(self, key: str) -> dict[str, Decimal]:
        """A table of numbers; without it, none."""
        sheet = self.table(key, {})
        return {name: sheet.number(name) for name in list(sheet.values)}

    def table(self, key: str, default: dict[str, object] | None = None) -> "Sheet":
        """The table of this name, to be read on. Its own mistakes end up here too."""
        value = self._value(key, dict, say("a table"), default)
        found = value if isinstance(value, dict) else {}
        inner = Sheet(found, self.faults, (*self.path, key))
        inner.sound = isinstance(value, dict)
        return inner

    def tables(self, key: str, required: bool = False) -> list["Sheet"]:
        """Tables written [[key]] or as a list of { … }."""
        value = self._value(
            key, list, say("tables, each headed [[{key}]]", key=key), None if required else []
        )
        found = []
        for place, each in enumerate(value if isinstance(value, list) else []):
            if isinstance(each, dict):
                found.append(Sheet(each, self.faults, (*self.path, key, place)))
            else:
                self.fault(
                    (key, place),
                    say("{key}: {found} stands where a table belongs", key=key, found=_called(each)),
                    sound=False,
                )
        return found

    def close(self) -> None:
        """Every key that nobody asked for is a mistake: a misspelled rule must not be a silent pass."""
        for key in self.values.keys() - self.read:
            self.fault((key,), say("“{key}” is not known here", key=key))

    def build(self, make: Callable[[], Made]) -> Made | None:
        """What `make` builds, unless a value is unsound or the rule senseless; then its faults are kept."""
        self.close()
        if not self.sound:
            return None
        try:
            return make()
        except Senseless as refusal:
            self.faults.extend(Fault((*self.path, *fault.path), fault.reason) for fault in refusal.faults)
            return None

    def fault(self, path: Path, reason: str, sound: bool = True, of: str = "") -> None:
        self.faults.append(Fault((*self.path, *path), reason, of))
        self.sound = self.sound and sound

    def _value(self, key: str, kind: type | tuple[type, ...], what: str, default: object) -> object:
        self.read.add(key)
        if key not in self.values:
            if default is None:
                self.fault((), say("{key} is missing: {what}", key=key, what=what), sound=False)
            return default
        value = self.values[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            self.fault(
                (key,),
                say("{key} must be {what}, not {found}", key=key, what=what, found=_called(value)),
                sound=False,
            )
            return None
        return value


def _called(value: object) -> str:
    return say(WHAT.get(type(value), WHAT[date]))
