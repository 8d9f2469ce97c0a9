"""The pages of the product that a search leads to: what each is called, and who may open it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from base.accents import plain
from base.words import mark, say
from desk.exceptions import READERS
from ledger.replay import operates
from people.models import Function, User

Rule = Callable[[User], bool]


def anybody(user: User) -> bool:
    return True


def sees_all(user: User) -> bool:
    return user.sees_all


def starts_deals(user: User) -> bool:
    return user.starts_deals


def works_as(*functions: Function) -> Rule:
    return lambda user: user.function in functions


@dataclass(frozen=True, slots=True)
class Place:
    """`also`: other words by which people look for it."""

    route: str
    word: str
    icon: str
    also: str = ""
    may: Rule = anybody

    @property
    def name(self) -> str:
        return say(self.word)

    @property
    def url(self) -> str:
        return reverse(self.route)

    def fits(self, asked: "re.Pattern[str]") -> bool:
        return any(asked.search(plain(text)) for text in (self.name, say(self.also) if self.also else ""))


PLACES = (
    Place("desk:home", mark("Home"), "home"),
    Place("desk:queue", mark("Queue"), "inbox", mark("Requests")),
    Place("desk:deals", mark("My deals"), "briefcase"),
    Place(
        "desk:new_brief",
        mark("New brief"),
        "pencil",
        mark("New deal"),
        starts_deals,
    ),
    Place("desk:past_deals", mark("Past deals"), "archive", mark("Imported deals")),
    Place("desk:reviews", mark("My reviews"), "gavel", mark("Decide")),
    Place("notices:inbox", mark("Notices"), "bell", mark("Messages")),
    Place("guardrails:policy", mark("Policy"), "adjustments-horizontal", mark("Rules, guardrails, levels")),
    Place("desk:imports", mark("Import"), "upload", mark("CSV"), sees_all),
    Place("desk:rates", mark("Rates"), "arrows-exchange", mark("Currencies, exchange rates")),
    Place(
        "desk:exceptions",
        mark("Exceptions"),
        "shield-check",
        may=works_as(*READERS),
    ),
    Place("desk:calendars", mark("Working hours"), "calendar", mark("Calendars, holidays")),
    Place("desk:quarter_ends", mark("Quarter end"), "calendar-stats"),
    Place("desk:leakage", mark("Leakage"), "chart-histogram", mark("Insights, given away")),
    Place("desk:whole_record", mark("Record"), "history", mark("Ledger, audit"), sees_all),
    Place("desk:overrides", mark("Overrides"), "gavel", mark("Insights")),
    Place("desk:operations", mark("Operations"), "server", may=operates),
    Place("desk:away", mark("Away"), "calendar", mark("Absence, holiday")),
    Place("desk:away_people", mark("Who is away"), "calendar", mark("Absences")),
    Place("desk:saved_views", mark("Saved views"), "device-floppy"),
    Place("desk:profile", mark("Profile"), "user", mark("Language, time zone, theme")),
    Place("notices:preferences", mark("Notice settings"), "bell", mark("Mail, chat")),
    Place("guardrails:glossary", mark("Glossary"), "book-2", mark("Words")),
)


def places_matching(user: User, words: Sequence[str]) -> list[Place]:
    """Those that `user` may open and a name of which has a word that begins like this."""
    text = plain(" ".join(words))
    if not text:
        return []
    asked = re.compile(rf"\b{re.escape(text)}", re.IGNORECASE)
    return [place for place in PLACES if place.may(user) and place.fits(asked)]
