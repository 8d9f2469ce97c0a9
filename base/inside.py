"""A name inside a sentence. Pure."""

from base.words import english


def lower(words: str) -> str:
    """As English writes it there: "Discount" → "discount". Other languages keep it as it stands alone, as
    nouns of German keep their capital."""
    return words[:1].lower() + words[1:] if english() else words
