"""What the product says, in the language of whoever reads it. Pure: the catalogues come in by `read_through`.

Templates use Django's tags, {% translate %} and {% blocktranslate %}. Python that runs says it with `say` and
`say_many`; Python that is read once (a table, a label) marks its words with `mark` and says them when they
are used, or takes Django's gettext_lazy where a form or a model wants them. What is kept, hashed or compared
is made under speaking(HOUSE), so it stands in English whoever asked for it.
"""

from collections.abc import Callable

from base.locales import HOUSE, current

One = Callable[[str], str]
Many = Callable[[str, str, int], str]
Tongue = Callable[[], str]


def mark(text: str) -> str:
    """The text itself: only for the catalogue to find."""
    return text


def say(text: str, /, **values: object) -> str:
    """The text in the reader's language, its {names} filled in. A translation that lacks one is not used."""
    return _filled(text, text if not text or current() == HOUSE else _one(text), values)


def say_many(one: str, many: str, count: int, /, **values: object) -> str:
    """The form that goes with `count`, which is {count} in it: "{count} deal", "{count} deals"."""
    usual = one if count == 1 else many
    return _filled(
        usual, usual if current() == HOUSE else _many(one, many, count), {"count": count, **values}
    )


def english() -> bool:
    """Whether what is said now is English: because the reader's language is, or for want of theirs."""
    return current() == HOUSE or _tongue().startswith(HOUSE)


def read_through(one: One, many: Many, tongue: Tongue) -> None:
    """From now on the languages come from here (Django's gettext, ngettext and language, when it starts)."""
    global _one, _many, _tongue  # once, at the start
    _one, _many, _tongue = one, many, tongue


def _filled(text: str, translated: str, values: dict[str, object]) -> str:
    if not values:
        return translated
    try:
        return translated.format(**values)
    except (LookupError, ValueError):
        return text.format(**values)


def _plain(text: str) -> str:
    return text


def _by_number(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _house() -> str:
    return HOUSE


_one: One = _plain
_many: Many = _by_number
_tongue: Tongue = _house
