"""What was searched for, marked where it was found: {% load found %} {{ deal.title|marked:asked.parts }}."""

import re
from collections.abc import Iterator, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from base.accents import plain
from desk.deal_state import state_of

register = template.Library()
register.filter("state_of", state_of)


@register.filter
def marked(text: object, parts: Sequence[str]) -> SafeString:
    """The text, with the beginnings of words that fit in <mark>, accents aside."""
    return format_html_join("", "{0}", ((piece,) for piece in pieces(str(text), parts)))


def pieces(text: str, parts: Sequence[str]) -> Iterator[str]:
    letters = [(each, at) for at, letter in enumerate(text) for each in plain(letter)]
    places = [*(at for _, at in letters), len(text)]  # of each plain letter in the text
    words = "|".join(re.escape(plain(part)) for part in sorted(parts, key=len, reverse=True))
    end = 0
    if words:
        for found in re.finditer(rf"(?<!\w)(?:{words})", "".join(each for each, _ in letters), re.IGNORECASE):
            begin, before, end = places[found.start()], end, places[found.end()]
            yield text[before:begin]
            yield in_mark(text[begin:end])
    yield text[end:]


def in_mark(piece: str) -> SafeString:
    return format_html("<mark>{}</mark>", piece)
