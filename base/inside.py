"""A name inside a sentence."""

from django.utils.translation import get_language

from base.locales import HOUSE, current


def lower(words: str) -> str:
    """As English writes it there: "Discount" → "discount". Other languages keep it as it stands alone, as
    nouns of German keep their capital."""
    english = current() == HOUSE or (get_language() or HOUSE).startswith(HOUSE)
    return words[:1].lower() + words[1:] if english else words
