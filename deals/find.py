"""Deals and accounts by what somebody types.

Each word must begin a word of the title or of the account, or the number. Every way has its index, and the
ways of one word are joined as a union: one OR over them reads the whole table.
"""

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from base.accents import Plain, plain
from deals.models import Account, Deal

if TYPE_CHECKING:
    from deals.models.deal import DealQuerySet
    from people.models import User

WORD = re.compile(r"\w+")
SIMPLE = "simple"
TITLE, NAME = SearchVector(Plain("title"), config=SIMPLE), SearchVector(Plain("name"), config=SIMPLE)


def begins(word: str) -> SearchQuery:
    """A word, or the parts of one ("e-mail"), each the beginning of one that is there, accents aside."""
    parts = (
        SearchQuery(f"'{part}':*", config=SIMPLE, search_type="raw") for part in WORD.findall(plain(word))
    )
    return reduce(lambda one, other: one & other, parts)


def deals_matching(visible: "DealQuerySet", words: Sequence[str]) -> "DealQuerySet":
    """Of these deals those that fit every word, none for no word. The number itself first, then open ones,
    then the latest touched."""
    found = visible if words else visible.none()
    for word in words:
        found = found.filter(pk__in=ids_for(word))
    asked = words[0].upper() if len(words) == 1 else ""
    near = Case(
        When(number__in=numbers(asked), then=Value(0)),
        When(status=Deal.Status.OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.order_by(near, F("updated_at").desc(), F("pk").desc())


def numbers(word: str) -> list[str]:
    """How a deal's number may begin that is written like this: "D-1284", or "1284"."""
    return [word, f"D-{word}"] if word.isdigit() else [word]


def ids_for(word: str) -> QuerySet[Deal, dict[str, int]]:
    deals = Deal.objects.order_by()
    ways = [deals.filter(number__startswith=number).values("pk") for number in numbers(word.upper())]
    if WORD.search(word):
        accounts = Account.objects.alias(said=NAME).filter(said=begins(word)).values("pk")
        ways.append(deals.alias(said=TITLE).filter(said=begins(word)).values("pk"))
        ways.append(deals.filter(account__in=accounts).values("pk"))
    first, *others = ways
    return first.union(*others)  # type: ignore[return-value]


def accounts_matching(visible: "DealQuerySet", words: Iterable[str]) -> QuerySet[Account]:
    """Accounts of these deals that fit every word, by name."""
    said = [Q(said=begins(word)) for word in words if WORD.search(word)]
    if not said:
        return Account.objects.none()
    of_a_deal = Exists(visible.order_by().filter(account=OuterRef("pk")))
    return Account.objects.alias(said=NAME).filter(*said).filter(of_a_deal).order_by("name")


def numbered(user: "User", asked: str) -> Deal | None:
    """The one deal this person may see that is called exactly so: "D-1284", "d-1284"."""
    return Deal.objects.visible_to(user).filter(number=asked.strip().upper()).first()
