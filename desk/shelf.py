"""What the events beside deals name: people, versions of the policy, quarter ends, imports, rates. They hold
ids only, so all of it is read in bulk: as many queries for one entry as for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import slugify

from base.format import short_day
from base.words import say
from deals.models import Import, Rate
from desk.rates import Told
from guardrails.models import PolicyVersion, QuarterEnd
from guardrails.policy import Policy
from ledger.models import Event
from people.models import Function, User

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """By id. `versions`: those that judged when something here happened, the latest first; `published`: the
    numbers of all that are published. `prints`: whether the print of a text may be shown."""

    people: Mapping[int, User]
    quarter_ends: Mapping[int, QuarterEnd]
    imports: Mapping[str, Import]
    versions: Sequence[PolicyVersion]
    published: frozenset[int]
    rates: Told
    today: date
    prints: bool

    def name(self, person: int | None) -> str:
        return self.people[person].name if person else ""

    def policy_at(self, at: datetime) -> Policy | None:
        found = (one.policy for one in self.versions if one.effective_from and one.effective_from <= at)
        return next(found, None)

    def level(self, function: str, rank: int, at: datetime) -> str:
        """As the policy of that day called it."""
        policy = self.policy_at(at)
        known = {(one.function, one.rank): one.name for one in policy.levels} if policy else {}
        plain = say("{function}, level {rank}", function=function_name(function), rank=rank)
        return known.get((function, rank), plain)

    def region(self, key: str, at: datetime) -> str:
        policy = self.policy_at(at)
        return next((one for one in policy.regions if slugify(one) == key), key) if policy else key

    def day(self, text: str) -> str:
        return short_day(date.fromisoformat(text[:10]), self.today.year)


def function_name(key: str) -> str:
    return str(Function(key).label) if key in Function.values else key


def shelf_of(events: Sequence[Event], policy: Policy, today: date, *, prints: bool) -> Shelf:
    """A fixed number of queries."""
    facts = [event.facts for event in events]
    rates = Rate.objects.in_bulk([fact["rate"] for fact in facts if "rate" in fact] or [0])
    streams = {event.stream for event in events if event.stream.startswith("import:")}
    imports = Import.objects.filter(pk__in=[int(one.partition(":")[2]) for one in streams] or [0])
    begun = begun_by([event.at for event in events])
    return Shelf(
        people=User.objects.in_bulk({*people_in(facts), *actors(events)} or [0]),
        quarter_ends=QuarterEnd.objects.in_bulk(
            [fact["quarter_end"] for fact in facts if "quarter_end" in fact] or [0]
        ),
        imports={one.stream: one for one in imports.only("name", "source")},
        versions=list(PolicyVersion.objects.filter(number__in=begun).order_by("-effective_from", "-number")),
        published=frozenset(PolicyVersion.objects.published().values_list("number", flat=True)),
        rates=Told(rates, policy.currency, today),
        today=today,
        prints=prints,
    )


def begun_by(instants: Iterable[datetime]) -> set[int]:
    """The numbers of the versions that judged at these instants."""
    known = PolicyVersion.objects.published().order_by("-effective_from", "-number")
    places = list(known.values_list("effective_from", "number"))
    asked = set(instants)
    return {
        number
        for at in asked
        if (number := next((number for began, number in places if began and began <= at), 0))
    }


def actors(events: Iterable[Event]) -> set[int]:
    return {pk for event in events for pk in (event.actor_id, event.acting_for_id) if pk}


def people_in(facts: Iterable[Facts]) -> set[int]:
    found: set[int] = set()
    for fact in facts:
        found |= {fact[key] for key in ("user", "delegate") if fact.get(key)}
        found |= {user for _, _, user in fact.get("members", ())}
    return found
