"""Colleagues by what somebody types: their name, their title, or their function."""

import re
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from base.accents import Plain, plain
from people.models import Function, User

WORD = re.compile(r"\w+")
SIMPLE = "simple"
SAID = SearchVector(Plain("name"), Plain("job_title"), config=SIMPLE)


def people_matching(words: Iterable[str]) -> QuerySet[User]:
    """Those who may sign in and fit every word, by name; nobody for no word."""
    fits = [fitting(part) for word in words for part in WORD.findall(plain(word))]
    if not fits:
        return User.objects.none()
    return User.objects.active().alias(said=SAID).filter(*fits).select_related("team").order_by("name", "pk")


def fitting(part: str) -> Q:
    named = Q(said=SearchQuery(f"'{part}':*", config=SIMPLE, search_type="raw"))
    functions = [
        each.value for each in Function if plain(str(each.label)).casefold().startswith(part.casefold())
    ]
    return named | Q(function__in=functions) if functions else named
