"""What the sources say of themselves: words in a template or an error that no catalogue would ever find."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from dealdesk.catalogue import COUNTED_BY, ELSEWHERE, found_in
from tests.words.pseudo import LETTERS, texts

PLAIN = {"bare.html", "bare_alert.html", "mapping_example.toml"}  # filled in by Python; an example of a file
NAMES = {
    "Deal Desk",
    "Valkey",
    "PostgreSQL",
    "Celery",
    "TOML",
    "CSV",
    "PDF",
    "verify_record.py",
}  # the same in every language
REFUSALS = {"Invalid", "WrongState", "NotYours", "Busy", "ValidationError"}
LABELS = {"label", "help_text", "empty_label", "verbose_name", "verbose_name_plural"}
SAYING = {"say", "say_many", "mark", "_", "gettext", "gettext_lazy", "ngettext"}
BLOCKS = {"blocktranslate": "endblocktranslate", "comment": "endcomment", "verbatim": "endverbatim"}


def templates() -> list[Path]:
    found = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    return [path for path in found if path.name not in PLAIN and "admin" not in path.parts]


def modules() -> list[Path]:
    found = sorted(settings.BASE_DIR.rglob("*.py"))
    return [path for path in found if not ELSEWHERE & set(path.relative_to(settings.BASE_DIR).parts)]


def plain(source: str) -> str:
    """The template without what is translated and what is filled in; a place where something was is "0"."""
    found: list[str] = []
    until = ""
    for token in Lexer(re.sub(r"\{% block narrow %\}.*?\{% endblock %\}", "", source)).tokenize():
        if token.token_type is TokenType.BLOCK:
            name = token.contents.split()[0]
            until = "" if name == until else until or BLOCKS.get(name, "")
        if not until:
            found.append(token.contents if token.token_type is TokenType.TEXT else "0")
    return "".join(found)


def test_there_are_sources() -> None:
    assert len(templates()) > 150
    assert len(modules()) > 400


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_says_nothing_outside_translation(path: Path) -> None:
    said = [text for text in texts(plain(path.read_text())) if LETTERS.search(text)]
    assert [text for text in said if text.strip(" 0·:") not in NAMES] == []


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def written(node: ast.expr) -> bool:
    """Words written right there, with or without something filled in."""
    if isinstance(node, ast.BinOp):
        return written(node.left) or written(node.right)
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and LETTERS.search(part.value)
        for part in parts
    )


def wrong_in(tree: ast.AST) -> Iterator[str]:
    for name, call in calls(tree):
        if name in REFUSALS and call.args and written(call.args[0]):
            yield f"{call.lineno}: {name} without say"
        if name in SAYING and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
            yield f"{call.lineno}: {name} of what no catalogue finds"
        if name in ("say", "say_many"):
            yield from unfilled(name, call)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (
                f"{node.lineno}: {keyword.arg} without gettext_lazy"
                for keyword in node.keywords
                if keyword.arg in LABELS and written(keyword.value)
            )


def unfilled(name: str, call: ast.Call) -> Iterator[str]:
    """Names in the words that nothing fills in."""
    if any(keyword.arg is None for keyword in call.keywords):
        return
    given = {keyword.arg for keyword in call.keywords} | ({"count"} if name == "say_many" else set())
    for words in call.args[: 2 if name == "say_many" else 1]:
        if isinstance(words, ast.Constant) and isinstance(words.value, str):
            wanted = {field for _, field, _, _ in Formatter().parse(words.value) if field is not None}
            if (given or wanted) and wanted - given:
                yield f"{call.lineno}: {sorted(wanted - given)} is not filled in"


def test_python_says_nothing_outside_translation_where_it_refuses_or_labels() -> None:
    wrong = [
        f"{path.relative_to(settings.BASE_DIR)}:{what}"
        for path in modules()
        for what in wrong_in(ast.parse(path.read_text()))
    ]
    assert wrong == []


def test_whatever_python_says_stands_in_the_catalogue() -> None:
    """Babel reads no call within an f-string."""
    found = [message for message, _, _ in found_in(settings.BASE_DIR)]
    known = {words for each in found for words in ([each] if isinstance(each, str) else each)}
    lost = [
        f"{path.relative_to(settings.BASE_DIR)}:{call.lineno}: {words.value}"
        for path in modules()
        for name, call in calls(ast.parse(path.read_text()))
        if name in SAYING
        for words in call.args[: 2 if name in COUNTED_BY else 1]
        if isinstance(words, ast.Constant) and isinstance(words.value, str) and words.value not in known
    ]
    assert lost == []


def test_one_function_says() -> None:
    others = [
        str(path)
        for path in modules()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name in ("say", "say_many", "mark")
    ]
    assert others == [str(settings.BASE_DIR / "base" / "words.py")] * 3
