"""Several effects in one transaction: what they read alike is read once, what they write is written together.

Only the handlers marked with `ledger.effects.together` run in a batch. Everywhere else `once` reads and
`at_end` writes at once, so that the same code serves one verb and a thousand timers.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

Found = TypeVar("Found")
Row = TypeVar("Row")
Write = Callable[[list[Any]], object]


@dataclass(frozen=True, slots=True)
class Batch:
    """`found`: what was read, by its name. `kept`: what is to be written, by what writes it."""

    found: dict[Hashable, Any] = field(default_factory=dict)
    kept: dict[Write, list[Any]] = field(default_factory=dict)

    def settle(self) -> None:
        """Write what was kept, in the order in which it first came; what that keeps in turn comes after."""
        while self.kept:
            write = next(iter(self.kept))
            write(self.kept.pop(write))


running: ContextVar[Batch | None] = ContextVar("running", default=None)


@contextmanager
def batch() -> Iterator[None]:
    """In a transaction. What was kept is written when the block ends well, and else not at all."""
    begun = Batch()
    token = running.set(begun)
    try:
        yield
        begun.settle()
    finally:
        running.reset(token)


def once(name: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` finds; in a batch whatever it found first under this name."""
    now = running.get()
    if now is None:
        return read()
    if name not in now.found:
        now.found[name] = read()
    found: Found = now.found[name]
    return found


def know(name: Hashable, found: object) -> None:
    """Let `once` find this under `name`, for a batch that read it for many."""
    now = running.get()
    if now is not None:
        now.found[name] = found


def forget(name: Hashable) -> None:
    """What was found under `name` has changed: the next `once` reads it anew."""
    now = running.get()
    if now is not None:
        now.found.pop(name, None)


def at_end(write: Callable[[list[Row]], object], rows: Iterable[Row]) -> None:
    """Call `write` with these: now, or in a batch at its end with all that was kept for it."""
    now, those = running.get(), list(rows)
    if now is None:
        write(those)
    elif those:
        now.kept.setdefault(write, []).extend(those)


def kept(write: Callable[[list[Row]], object]) -> list[Row]:
    """What waits for `write` in this batch. To change the list is to change what is written."""
    now = running.get()
    return now.kept.get(write, []) if now else []
