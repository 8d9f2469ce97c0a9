"""In which locale numbers, money and days are written now, and how each that is offered writes them. Pure.

HOUSE is English as the product writes it: 22.5 %, €1,924,560, Thu 4 June, 16:20. It holds wherever no person
reads: in the ledger, in what is hashed, in files for machines. A request is answered in its reader's locale.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

HOUSE = "en"
# as each calls itself
LOCALES: Mapping[str, str] = {
    HOUSE: "English (international)",
    "en-GB": "English (United Kingdom)",
    "en-US": "English (United States)",
    "en-IN": "English (India)",
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "de-AT": "Deutsch (Österreich)",
    "de-CH": "Deutsch (Schweiz)",
    "es": "Español",
    "fr": "Français",
    "he": "עברית",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "nb": "Norsk bokmål",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "fi": "Suomi",
    "sv": "Svenska",
    "tr": "Türkçe",
    "zh-Hans": "中文 (简体)",
}
SPACE = "\N{NO-BREAK SPACE}"
MILLIONS = re.compile(r"0\s*([^\d\s]+)")  # babel's pattern of one million, when it counts in millions

_now: ContextVar[str] = ContextVar("locale", default=HOUSE)


@dataclass(frozen=True, slots=True)
class Marks:
    """How one locale writes numbers. `percent`: what stands before and after; `glue`: between an amount and
    its currency, which leads or follows; `lakh`: groups of two above the first thousand."""

    decimal: str
    group: str
    percent: tuple[str, str]
    leads: bool
    glue: str
    million: str
    lakh: bool
    rtl: bool


def current() -> str:
    """The code of the locale that holds now."""
    return _now.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in this locale meanwhile, in its language; one that is not offered (any more) is HOUSE. Also a
    decorator."""
    known = code if code in LOCALES else HOUSE
    token = _now.set(known)
    try:
        with _language(known):
            yield
    finally:
        _now.reset(token)


def speak_through(language: Callable[[str], AbstractContextManager[None]]) -> None:
    """From now on what holds in a locale besides is entered here (Django's language, when it starts)."""
    global _language  # once, at the start
    _language = language


def _no_language(code: str) -> AbstractContextManager[None]:
    return nullcontext()


_language: Callable[[str], AbstractContextManager[None]] = _no_language


def babel_of(code: str) -> Locale:
    return Locale.parse(code, sep="-")


@cache
def marks_of(code: str) -> Marks:
    if code == HOUSE:
        return Marks(".", ",", ("", f"{SPACE}%"), True, "", "m", False, False)
    locale = babel_of(code)
    money = locale.currency_formats["standard"].pattern.split(";")[0].strip("\u200e\u200f")
    before, _, after = locale.percent_formats[None].pattern.partition("#,##0")
    millions = MILLIONS.fullmatch(str(locale.compact_decimal_formats["short"]["other"]["1000000"].pattern))
    lakh = "#,##,##0" in money
    return Marks(
        decimal=get_decimal_symbol(locale),
        group=get_group_symbol(locale),
        percent=("", "%") if lakh else (before, after),
        leads=money.startswith("¤"),
        glue=SPACE if re.search(r"\s", money) else "",
        million=millions[1].replace("'", "").strip("\u200f") if millions else "m",
        lakh=lakh,
        rtl=locale.text_direction == "rtl",
    )


def direction() -> str:
    """ "ltr" or "rtl": which way the page of the reader runs."""
    return "rtl" if marks_of(current()).rtl else "ltr"


def folder_of(code: str) -> str:
    """As gettext names it: zh-Hans → zh_Hans."""
    return code.replace("-", "_")


def spoken(root: Path) -> list[tuple[str, str]]:
    """The languages below `root`/locale that can be read, each with what it calls itself."""
    ready = {path.parts[-3] for path in root.glob("locale/*/LC_MESSAGES/django.mo")}
    return [(code, name) for code, name in LOCALES.items() if folder_of(code) in ready]
