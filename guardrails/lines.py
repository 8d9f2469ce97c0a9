"""On which line of a TOML text a value stands: tomllib does not say. For texts that tomllib accepts."""

import re
from dataclasses import dataclass, field

from guardrails.faults import Path

KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
STRING = re.compile(
    r'\"{3}(?:[^\\]|\\.)*?\"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
BLANK = re.compile(r"(?:\s|#[^\n]*)+")
SPACE = re.compile(r"[ \t]*")
PLAIN = re.compile(r"[^\s,\]}#]+(?:[ ][0-9][^\s,\]}#]*)?")


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def lines_of(text: str) -> dict[Path, int]:
    """Path of every table, key and array element → the line it stands on, from 1."""
    return _Scanner(text).scan()


@dataclass(slots=True)
class _Scanner:
    text: str
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)  # tables of an array so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(BLANK)
        return self.lines

    def _header(self) -> Path:
        """[a.b] or [[a.b]]; a name that is an array of tables stands for its last one."""
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        names = self._names()
        self.at += 2 if many else 1
        path: Path = ()
        for place, name in enumerate(names, start=1):
            path = (*path, name)
            if many and place == len(names):
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        self._note(path, start)
        return path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for name in self._names():
            path = (*path, name)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._skip(SPACE)
        self._value(path)

    def _names(self) -> list[str]:
        names = []
        while True:
            self._skip(SPACE)
            name = self._take(KEY)
            names.append(name[1:-1] if name[:1] in "\"'" else name)
            self._skip(SPACE)
            if self.text[self.at : self.at + 1] != ".":
                return names
            self.at += 1

    def _value(self, path: Path) -> None:
        match self.text[self.at : self.at + 1]:
            case "[":
                self._array(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._take(STRING)
            case _:
                self._take(PLAIN)

    def _array(self, path: Path) -> None:
        self.at += 1
        place = 0
        self._skip(BLANK)
        while self.text[self.at] != "]":
            self._note((*path, place), self.at)
            self._value((*path, place))
            self._comma()
            place += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        self._skip(BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._skip(BLANK)
        if self.text[self.at] == ",":
            self.at += 1
        self._skip(BLANK)

    def _note(self, path: Path, start: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, start) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern finds here. Raises ValueError, since tomllib has read the text already."""
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no TOML at {self.text[self.at : self.at + 20]!r}")
        self.at = found.end()
        return found.group()
