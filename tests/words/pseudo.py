"""A language that nobody speaks: what went through translation is written in wide letters, what did not is
seen, as it still stands in plain ones."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser

from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.test import override_settings
from django.utils.translation import trans_real

from base.locales import LOCALES
from deals.models import Product
from desk.clause_words import pieces
from guardrails.metric import METRICS
from guardrails.models import PolicyVersion
from people.models import User

SPOKEN = "ja"  # its numbers and days have no letters of ours
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(0x41, 0x7B)) if letter.isalpha()}
HELD = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|&#?\w+;|<[^>]*>")
READ_ALOUD = {"aria-label", "title", "placeholder", "alt", "data-label", "data-moved", "data-changed"}
NO_WORDS = {"script", "style", "kbd", "code", "pre", "use"}
EMPTY = {"input", "meta", "link", "br", "hr", "img", "use", "path", "rect", "circle", "line"}
LETTERS = re.compile(r"[A-Za-z]{2,}")
CODE = re.compile(r"[a-z0-9_.:/#-]+")
OWN_NAMES = "|".join(rf"{re.escape(name)}: .*" for name in LOCALES.values())  # with an amount and a day
PRINTS = r"\[[A-Z]\w+ \d+\]|\b[0-9a-f]{4} [0-9a-f]{4}\b|\b[0-9a-f]{64}\b"
EXCEPTED = r"\w[\w ]* is past what anybody may grant: [^.]*\."  # of an exception asked for: as it was kept
NO_LANGUAGE = re.compile(
    rf"{EXCEPTED}|{OWN_NAMES}|UTC[+-]\d\d:\d\d|\b[A-Z]{{2}}\b|{PRINTS}"
)  # zones and initials too


def wide(text: str) -> str:
    """All but what is filled in."""
    found, end = [], 0
    for hold in HELD.finditer(text):
        found += [text[end : hold.start()].translate(WIDE), hold[0]]
        end = hold.end()
    return "".join([*found, text[end:].translate(WIDE)])


class Pseudo:
    """In place of a catalogue."""

    def gettext(self, text: str) -> str:
        return wide(text.rpartition("\x04")[2])

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)

    def to_language(self) -> str:
        return SPOKEN


@contextmanager
def spoken() -> Iterator[None]:
    """Whoever's locale is SPOKEN reads it."""
    with override_settings(LANGUAGES=[("en", "English"), (SPOKEN, "Pseudo")]):  # forgets all catalogues
        vars(trans_real)["_translations"][SPOKEN] = Pseudo()
        yield


class Texts(HTMLParser):
    """Every text of a page that a person reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag not in EMPTY:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not NO_WORDS & set(self.inside) and data.strip():
            self.found.append(" ".join(data.split()))


def texts(page: str) -> list[str]:
    parser = Texts()
    parser.feed(page)
    parser.close()
    return parser.found


def kept() -> Iterator[str]:
    """Every text that somebody wrote, or that was written down once: names, reasons, what a policy says."""
    yield from Product.objects.values_list("per", flat=True)
    yield from METRICS
    yield from (user.name.split()[0] for user in User.objects.all())
    yield from ("Deal Desk", "annex.pdf", "“brandt”")  # its name, a file, what was looked for
    yield from ("Director", "Counsel")  # a level beside its function
    yield from parts_of_clauses()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.choices or not isinstance(field, CharField | TextField | JSONField):
                continue
            for value in model._default_manager.values_list(field.attname, flat=True).distinct():
                yield from words_in(value)
                yield from words_in(toml_of(value))


SHORT = 6  # letters of a part of a clause that would stand for any word


def parts_of_clauses() -> Iterator[str]:
    """Words in a row of a clause, where a review shows how far it is from standard."""
    for version in PolicyVersion.objects.all():
        for clause in version.policy.clauses:
            for position in clause.positions:
                found = pieces(clause.standard.text, position.text)
                yield from (one.text for one in found if len(one.text) > SHORT)


def toml_of(value: object) -> object:
    """What the text of a policy says, if it is one."""
    try:
        return tomllib.loads(value) if isinstance(value, str) and "\n" in value else None
    except tomllib.TOMLDecodeError:
        return None


def words_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if not CODE.fullmatch(value) and LETTERS.search(value):
            yield from (" ".join(part.split()) for part in (value, *value.splitlines()))
    elif isinstance(value, dict):
        for one in value.values():
            yield from words_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from words_in(one)


def bypassing(found: Iterable[str], stored: Iterable[str]) -> list[str]:
    """The texts with plain letters that nobody wrote and nothing keeps."""
    known = sorted(set(stored), key=len, reverse=True)

    @cache
    def rest(text: str) -> str:
        for word in known:
            if word in text:
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", text)
        return NO_LANGUAGE.sub("", text)

    return [text for text in found if LETTERS.search(text) and LETTERS.search(rest(text))]
