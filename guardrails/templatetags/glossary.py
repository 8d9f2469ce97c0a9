"""Words with their definition beside them: {% load glossary %}{% term "discount" %}."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guardrails.glossary import EVERY

register = template.Library()


@register.simple_tag
def term(key: str, words: str = "") -> SafeString:
    """The word, leading to its place in the glossary, with its definition on hover and for screen readers.

    `words` may be written instead of its name. Raises ValueError for a word the glossary does not have.
    """
    if key not in EVERY:
        raise ValueError(f"the glossary has no word {key!r}")
    word = EVERY[key]
    return format_html(
        '<a class="term" href="{}#word-{}" title="{}">{}</a>',
        reverse("guardrails:glossary"),
        word.key,
        word.meaning,
        words or word.said,
    )


@register.simple_tag
def definition(key: str) -> str:
    """The one sentence that defines this word."""
    if key not in EVERY:
        raise ValueError(f"the glossary has no word {key!r}")
    return EVERY[key].meaning
