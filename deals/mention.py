"""Whom a text names: `@` and a whole name, an e-mail address, its part before the @, or a first name."""

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from base.errors import Invalid
from base.lists import listed
from base.words import say
from deals.models import Deal
from deals.seers import blind
from people.models import User

MOST = 20  # people in one comment
AT = re.compile(r"(?<![\w.@/+-])@(?=\w)")  # where a word begins: not inside an e-mail address or a link
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WORD = re.compile(r"\w(?:[\w.+'\u2019-]*\w)?")


def mentioned(text: str, deal: Deal) -> Mapping[User, str]:
    """Each person whom `text` names, with how it is written there. Two queries, none when it has no @.

    Raises Invalid: somebody nobody knows, two of one name, too many, or who may not see `deal`."""
    places = [match.end() for match in AT.finditer(text)]
    if not places:
        return {}
    rests = [text[place:] for place in places]
    known = known_by(rests)
    called = [one_of(rest, known, deal) for rest in rests]
    found: dict[User, str] = {}
    for user, written in called:
        found.setdefault(user, written)
    if len(found) > MOST:
        raise Invalid(
            say(
                "A comment names at most {most} people; this one names {count}.", most=MOST, count=len(found)
            ),
            field="text",
        )
    if strangers := blind(deal, list(found)):
        names = ", ".join(user.name for user in strangers)
        raise Invalid(
            say(
                "{names} may not see {deal}. Share the deal with them first, on its page People, or leave "
                "the @ out.",
                names=names,
                deal=deal.number,
            ),
            field="text",
        )
    return found


def known_by(rests: Sequence[str]) -> list[User]:
    """Everybody any of these could mean."""
    words = {match.group() for rest in rests if (match := WORD.match(rest))}
    mails = {match.group().lower() for rest in rests if (match := MAIL.match(rest))}
    firsts = {word.partition(".")[0] for word in words} | words
    asked = [Q(name__istartswith=word) for word in firsts] + [Q(email__istartswith=f"{w}@") for w in words]
    return list(User.objects.active().filter(reduce(or_, asked, Q(email__in=mails))).by_name())


def one_of(rest: str, known: Sequence[User], deal: Deal) -> tuple[User, str]:
    """The person meant where `rest` begins, and how it is written, with its @."""
    found, written = meant(rest, known)
    if len(found) > 1:
        outside = set(blind(deal, found))
        found = [user for user in found if user not in outside] or found
    if len(found) == 1:
        return found[0], f"@{written}"
    if found:
        either = listed([f"@{user.email}" for user in found], "or")
        raise Invalid(
            say("@{written} may be several people. Write {either}.", written=written, either=either),
            field="text",
        )
    raise Invalid(
        say(
            "Nobody here is called @{written}. Write the whole name or the e-mail address, or leave the @ "
            "out.",
            written=written,
        ),
        field="text",
    )


def meant(rest: str, known: Sequence[User]) -> tuple[list[User], str]:
    """Who could be meant, and the words that say so: the longest name wins. Pure."""
    if mail := MAIL.match(rest):
        return [user for user in known if user.email == mail.group().lower()], mail.group()
    whole = [user for user in known if begins(rest, user.name)]
    if whole:
        longest = max(len(user.name) for user in whole)
        return [user for user in whole if len(user.name) == longest], rest[:longest]
    match = WORD.match(rest)
    word = match.group() if match else ""
    alone = word.casefold()
    called = [
        user
        for user in known
        if alone in (user.name.split()[0].casefold(), user.email.partition("@")[0].casefold())
    ]
    return called, word


def begins(rest: str, name: str) -> bool:
    """Whether `rest` begins with the whole of `name`, whatever its case."""
    after = rest[len(name) : len(name) + 1]
    return rest[: len(name)].casefold() == name.casefold() and not (after.isalnum() or after == "_")
