"""The product's words in other languages: found in templates and Python, kept in locale/<code>/LC_MESSAGES.

Babel reads and writes the catalogues, so that nothing but the product has to be installed to translate it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages import Message as BabelMessage
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from base.locales import babel_of, folder_of

SAID_BY = {"say": None, "mark": None, "_": None, "gettext": None, "gettext_lazy": None}
COUNTED_BY = {"say_many": (1, 2), "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
ELSEWHERE = {"tests", "bench", "migrations", "demo", "commands", ".venv", "var", "vendor"}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
IN_TEMPLATE = re.compile(rf"(?:ngettext|gettext|\b_)\(({LITERAL})(?:, ?({LITERAL}))?")

Message = str | tuple[str, str]
Found = tuple[Message, str, int]  # what, in which file, in which line


@dataclass(frozen=True, slots=True)
class Count:
    """How a catalogue stands: messages of the product, those that it says, those that went from it."""

    path: Path
    messages: int
    said: int
    dropped: int


def found_in(root: Path) -> Iterator[Found]:
    """Every message of the product below `root`, in the order of files and lines."""
    for path in sorted(root.rglob("*.py")):
        where = path.relative_to(root)
        if not ELSEWHERE & set(where.parts):
            yield from in_python(path.read_bytes(), str(where))
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            yield from in_template(path.read_text(), str(path.relative_to(root)))


def in_python(source: bytes, where: str) -> Iterator[Found]:
    found: Any = extract_python(  # (line, function, words, comments), whatever its annotation says
        BytesIO(source), {**SAID_BY, **COUNTED_BY}, (), {}
    )
    for line, _, words, _ in found:
        one, many, *_ = [words, ""] if isinstance(words, str) else [*(words or ()), "", ""]
        if one:
            yield ((one, many) if many else one), where, line


def in_template(source: str, where: str) -> Iterator[Found]:
    code = templatize(source, origin=where)
    for hit in IN_TEMPLATE.finditer(code):
        one, many = (ast.literal_eval(part) if part else "" for part in hit.groups())
        yield ((one, many) if many else one), where, code.count("\n", 0, hit.start()) + 1


def refresh(root: Path, code: str) -> Count:
    """The catalogue of a language, made if there is none: what is new is added, what is gone is dropped, what
    was said stays; and what Django reads is written beside it. `code` is one of base.locales."""
    path = root / "locale" / folder_of(code) / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    locale = babel_of(code)
    product = Catalog(project="Deal Desk", version="1", charset="utf-8")
    for message, where, line in found_in(root):
        product.add(message, locations=[(where, line)])
    held = read_po(BytesIO(path.read_bytes()), locale=locale) if path.exists() else Catalog(locale=locale)
    held.update(product, no_fuzzy_matching=True)
    held.header_comment = (
        f"# What the Deal Desk says, in {locale.english_name}. Say it in msgstr; see docs/translating.md."
    )
    held.fuzzy = False
    dropped = len(held.obsolete)
    held.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, held, width=100, sort_by_file=True, ignore_obsolete=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, held)
    return Count(path, len(product), sum(map(said, held)), dropped)


def said(message: BabelMessage) -> bool:
    """In every form there is."""
    words = message.string
    return bool(message.id) and all(words if isinstance(words, list | tuple) else [words])
