"""The filters of the queue: from the words of an address to what the database is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import IContains

from approvals.models import Assignment, Request, Step
from base.accents import Plain, plain
from desk import waiting
from desk.clocks import Now
from desk.signals import conditions
from desk.waiting import Waiting
from people.models import User

STUCK = Step.Status.UNROUTABLE
HELD_BY = [Step.Status.OPEN, STUCK]
ME = "me"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and when: "me" and "overdue" mean something else to each."""

    user: User
    now: Now


class AsksForProduct(Func):
    """Whether a line of a revision's document has a name like this."""

    template = "EXISTS (SELECT 1 FROM jsonb_each(%(expressions)s)"
    arg_joiner = "::jsonb -> 'names') AS line WHERE line.value ->> 'name' ILIKE "
    output_field = BooleanField()


def narrowed(requests: Waiting, asked: Mapping[str, str], reader: Reader) -> Waiting:
    """Only what was asked for; without a word about the state, what is open."""
    state = asked.get("state", Request.Status.OPEN)
    requests = requests if state == "all" else requests.filter(status=state)
    for name, word in asked.items():
        if narrow := NARROW.get(name):
            requests = requests.filter(narrow(word, reader))
    return requests


def held(**by: object) -> Q:
    return Q(Exists(Step.objects.filter(request=OuterRef("pk"), status__in=HELD_BY, **by)))


def held_at(word: str, _: Reader) -> Q:
    function, rank = word.split(":")
    return held(function=function, held_level=int(rank))


def asked_now(word: str, reader: Reader) -> Q:
    """Whose answer is open: by id, or of whoever reads."""
    return Q(Exists(open_work().filter(step__request=OuterRef("pk"), user=person(word, reader.user))))


def person(word: str, user: User) -> int:
    return user.pk if word == ME else int(word)


def open_work() -> QuerySet[Assignment]:
    return Assignment.objects.filter(ended_at=None, step__status=Step.Status.OPEN)


def found(word: str, _: Reader) -> Q:
    """In the account, the deal, its seller, or a product of the revision."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return said_of_deal(word, "deal__") | Q(AsksForProduct(F("revision__document"), Value(f"%{escaped}%")))


def said_of_deal(word: str, path: str = "") -> Q:
    """In the account, the deal, or its seller, accents aside. `path`: from what is listed to the deal."""
    places = ("account__name", "title", "number", "owner__name")
    return reduce(or_, (Q(IContains(Plain(F(f"{path}{place}")), plain(word))) for place in places))


BREAKING = {
    "breaking": Q(when__in=[waiting.OVER, waiting.TODAY]),
    "over": Q(when=waiting.OVER),
    "today": Q(when=waiting.TODAY),
    "overdue": Q(late=True),
    "nobody": Q(stuck=True),
    "seller": Q(back=True),
}
NARROW: Mapping[str, Callable[[str, Reader], Q]] = {
    "when": lambda word, _: BREAKING[word],
    "q": found,
    "function": lambda word, _: held(function=word),
    "level": held_at,
    "waiting": asked_now,
    "signal": lambda word, reader: conditions(reader.now)[word],
    "segment": lambda word, _: Q(deal__segment=word),
    "region": lambda word, _: Q(deal__region=word),
    "owner": lambda word, _: Q(deal__owner=word),
    "least": lambda word, _: Q(value__gte=Decimal(word)),
    "most": lambda word, _: Q(value__lte=Decimal(word)),
}
