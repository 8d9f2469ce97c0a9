"""Entries of the ledger across its streams, newest first, page after page by place.

No query counts or reads more than its page: each kind is walked along an index of its own, so that the
ledger may grow. An entry is known by its stream and its number there, never by its place in the table,
which would tell when something was done without a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db.models import Q

from desk.clocks import Now
from desk.record import day_in
from ledger.models import Event, EventQuerySet


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; what makes no sense asks for nothing. `who`: None is anybody, 0 the product."""

    kinds: tuple[str, ...]
    who: int | None
    since: datetime | None
    until: datetime | None


def asked_in(asked: Mapping[str, str], kinds: tuple[str, ...], now: Now) -> Asked:
    """Days are those of the reader."""
    who = asked.get("who", "")
    since, until = day_in(asked.get("since", "")), day_in(asked.get("until", ""))
    midnight = partial(datetime.combine, time=time(), tzinfo=now.zone)
    return Asked(
        kinds=kinds,
        who=int(who) if who.isdecimal() and len(who) < 10 else None,
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until and until < date.max else None,
    )


def key_of(event: Event) -> str:
    """ "deal:1284.22"."""
    return f"{event.stream}.{event.sequence}"


def place_of(key: str) -> Event | None:
    """The entry of this key; None when there is none."""
    stream, _, number = key.rpartition(".")
    if not stream or not number.isdecimal() or len(number) > 9:
        return None
    return Event.objects.filter(stream=stream, sequence=int(number)).only("at").first()


@dataclass(frozen=True, slots=True)
class Place:
    """Where to begin: `behind` an entry, `at` one and behind it, or `before` one, upwards from there."""

    behind: Event | None = None
    at: Event | None = None
    before: Event | None = None

    @property
    def bound(self) -> Q:
        """That on the time alone is what the index is entered by."""
        if one := self.before:
            return Q(at__gte=one.at) & (Q(at__gt=one.at) | Q(pk__gt=one.pk))
        if one := self.behind:
            return Q(at__lte=one.at) & (Q(at__lt=one.at) | Q(pk__lt=one.pk))
        if one := self.at:
            return Q(at__lte=one.at) & (Q(at__lt=one.at) | Q(pk__lte=one.pk))
        return Q()


def some(asked: Asked, place: Place, most: int) -> list[Event]:
    """At most so many, the newest first; before an entry those next to it, the oldest first. One query."""
    order = ("at", "pk") if place.before else ("-at", "-pk")
    parts = [
        matching(asked, kind).filter(place.bound).order_by(*order)[:most] for kind in asked.kinds or ("",)
    ]
    first, *rest = parts
    return list(first.union(*rest, all=True).order_by(*order)[:most] if rest else first)


def matching(asked: Asked, kind: str) -> EventQuerySet:
    found = Event.objects.filter(kind=kind) if kind else Event.objects.all()
    if asked.who is not None:
        found = found.filter(actor=asked.who) if asked.who else found.filter(actor=None)
    if asked.since:
        found = found.filter(at__gte=asked.since)
    return found.filter(at__lt=asked.until) if asked.until else found
