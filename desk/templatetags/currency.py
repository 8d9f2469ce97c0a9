"""Rates in words: {% load currency %} {{ pinned|rests_on:policy.currency }} {{ revision|rate_words }}."""

from django import template

from desk import currency
from desk.currency import Pinned

register = template.Library()
register.filter("rate_words", currency.rate_words)


@register.filter
def rests_on(pinned: Pinned, company: str) -> str:
    """What a sum is written in, and the rates it rests on."""
    return pinned.words(company)
