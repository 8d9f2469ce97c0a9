"""What was searched for, marked where it was found: {% load found %} {{ deal.title|marked:asked.parts }}."""

import re
from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def marked(text: object, parts: Sequence[str]) -> SafeString:
    """The text, with the beginnings of words that fit in <mark>."""
    words = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
    pieces = re.split(rf"((?<!\w)(?:{words}))", str(text), flags=re.IGNORECASE) if words else [str(text)]
    shown = (mark(piece) if at % 2 else piece for at, piece in enumerate(pieces))
    return format_html_join("", "{0}", ((piece,) for piece in shown))


def mark(piece: str) -> SafeString:
    return format_html("<mark>{}</mark>", piece)
