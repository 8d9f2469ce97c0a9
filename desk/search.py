"""What one search finds for one reader: pages, deals, accounts, people, words. A fixed number of queries."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.paginator import Page, Paginator

from base import clock
from base.accents import plain
from base.words import say_many
from deals.find import WORD, accounts_matching, deals_matching
from deals.models import Account, Deal
from desk.deal_state import with_state
from desk.pages import places_matching
from guardrails.glossary import EVERY, Word
from people.find import people_matching
from people.models import User

LONGEST, MOST_WORDS = 100, 6
BY_NAME = attrgetter("said")
A_GROUP, SUGGESTED, A_PAGE = 8, 4, 25


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as words."""

    text: str
    words: tuple[str, ...]

    @property
    def short(self) -> bool:
        """One letter fits almost everything. In some scripts one sign is a word."""
        return len(self.text) == 1 and self.text.isascii()

    @property
    def usable(self) -> bool:
        return bool(self.words) and not self.short

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part for word in self.words for part in WORD.findall(word))


@dataclass(frozen=True, slots=True)
class Group:
    """The first of one kind. `more`: there are others."""

    found: Sequence[Any]
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    asked: Asked
    places: Group
    deals: Group
    accounts: Group
    people: Group
    words: Group

    @property
    def count(self) -> int:
        return sum(len(each.found) for each in self.groups)

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.places, self.deals, self.accounts, self.people, self.words

    @property
    def said(self) -> str:
        """ "3 results", "8 results and more"."""
        if any(each.more for each in self.groups):
            return say_many("{count} result and more", "{count} results and more", self.count)
        return say_many("{count} result", "{count} results", self.count)


def asked_for(typed: str) -> Asked:
    whole = unicodedata.normalize("NFC", typed[:LONGEST])
    text = " ".join("".join(each for each in whole if each.isprintable()).split())
    return Asked(text, tuple(word for word in text.split(" ")[:MOST_WORDS] if WORD.search(word)))


def search(user: User, asked: Asked, most: int) -> Found:
    """At most so many of each kind."""
    visible, words = Deal.objects.visible_to(user), asked.words if asked.usable else ()
    deals = with_state(deals_matching(visible, words), clock.now()).select_related("account", "owner")
    return Found(
        asked=asked,
        places=first(places_matching(user, words), most),
        deals=first(deals, most),
        accounts=first(accounts_matching(visible, words), most),
        people=first(people_matching(words), most),
        words=first(glossary_matching(words), most),
    )


def first(rows: Any, most: int) -> Group:
    found = list(rows[: most + 1])
    return Group(found[:most], len(found) > most)


def all_deals(user: User, asked: Asked, account: Account | None, page: str | None) -> Page[Deal]:
    """Every deal that fits, or every one of an account."""
    visible = Deal.objects.visible_to(user)
    if account:
        found = visible.filter(account=account).order_by("-updated_at", "-pk")
    else:
        found = deals_matching(visible, asked.words if asked.usable else ())
    found = with_state(found, clock.now()).select_related("account", "owner")
    return Paginator(found, A_PAGE).get_page(page)


def glossary_matching(words: Sequence[str]) -> list[Word]:
    """Words of the product that fit: those called so first, then those that mention it."""
    asked = plain(" ".join(words))
    if not asked:
        return []
    beginning = re.compile(rf"\b{re.escape(asked)}", re.IGNORECASE)
    named = [word for word in EVERY.values() if beginning.search(plain(word.said))]
    said = [word for word in EVERY.values() if word not in named and beginning.search(plain(word.meaning))]
    return [*sorted(named, key=BY_NAME), *sorted(said, key=BY_NAME)]
