"""Stylesheet and pages name the same classes: nothing is dressed that never shows, nothing undressed."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dealdesk.catalogue import ELSEWHERE

COMPOSED = {"u-4", "u-5", "u-6"}  # how wide a unit is: desk.templatetags.ui.unit_width
BY_HTMX = {"htmx-request"}
OF_MAILS = {"mail.html"}  # they bring a stylesheet of their own
NOT_NAMES = re.compile(r'/\*.*?\*/|url\([^)]*\)|"[^"]*"', re.DOTALL)
NAME = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
TAG = re.compile(r"\{[%{].*?[%}]\}")
CLASSES = re.compile(r'\bclass="((?:\{[%{].*?[%}]\}|[^"])*)"')
QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")
WORD = re.compile(r"[A-Za-z_][\w-]*")


def styled() -> set[str]:
    css = (settings.BASE_DIR / "static" / "desk.css").read_text()
    return set(NAME.findall(NOT_NAMES.sub("", css)))


def pages() -> Iterator[Path]:
    found = (settings.BASE_DIR / "templates").rglob("*.html")
    return (path for path in found if path.name not in OF_MAILS)


def sources() -> Iterator[Path]:
    for path in settings.BASE_DIR.rglob("*.py"):
        if not ELSEWHERE & set(path.relative_to(settings.BASE_DIR).parts):
            yield path
    yield from (settings.BASE_DIR / "static").glob("*.js")


def quoted(text: str) -> set[str]:
    return {word for parts in QUOTED.findall(text) for part in parts for word in WORD.findall(part)}


def test_every_class_of_the_stylesheet_is_used() -> None:
    used = set(COMPOSED | BY_HTMX)
    for path in pages():
        text = path.read_text()
        used |= {word for found in CLASSES.findall(text) for word in WORD.findall(found)}
        used |= {word for tag in TAG.findall(text) for word in quoted(tag)}
    for path in sources():
        used |= quoted(path.read_text())
    assert sorted(styled() - used) == []


def test_every_class_that_is_used_is_in_the_stylesheet() -> None:
    used = {
        (word, path.name)
        for path in (*pages(), *sources())
        if path.suffix != ".js"
        for found in CLASSES.findall(path.read_text())
        for word in TAG.sub("\0", found).split()
        if "\0" not in word and "{" not in word
    }
    known = styled()
    assert sorted((word, name) for word, name in used if word not in known) == []
