"""Which part of the won deals leakage is looked at: of one seller, one segment, one region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from base.words import say
from insights.models import LeakQuerySet

OF_LEAK = {"seller": "seller", "segment": "segment", "region": "region"}
OF_DEAL = {"seller": "owner", "segment": "segment", "region": "region"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice in words; `without`: the address that takes it off."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Part:
    """`by`: key → what is asked for; what nobody may see, or nobody wrote, is not asked for."""

    by: Mapping[str, Any]
    chosen: tuple[Chosen, ...]
    period: str

    def with_one(self, key: str, value: object) -> str:
        """The address of this part narrowed to one more, from its first page."""
        return address(self.period, {**self.by, key: value})

    def leaks(self, leaks: LeakQuerySet) -> LeakQuerySet:
        return leaks.filter(**{OF_LEAK[key]: value for key, value in self.by.items()})

    def deals(self, deals: Any) -> Any:
        return deals.filter(**{OF_DEAL[key]: value for key, value in self.by.items()})


def part_of(asked: Mapping[str, str], leaks: LeakQuerySet) -> Part:
    """What is asked of these leaks, all of which this person may see. A query for each choice."""
    found, period = dict(known(asked, leaks)), asked.get("period", "")
    by = {key: value for key, (value, _) in found.items()}
    rests = {key: {other: by[other] for other in by if other != key} for key in by}
    chosen = tuple(Chosen(words, address(period, rests[key])) for key, (_, words) in found.items())
    return Part(by, chosen, period)


def address(period: str, by: Mapping[str, Any]) -> str:
    """Never empty, so that it leads back to all."""
    return f"?{urlencode({**({'period': period} if period else {}), **by})}"


def known(asked: Mapping[str, str], leaks: LeakQuerySet) -> Iterator[tuple[str, tuple[Any, str]]]:
    seller = asked.get("seller", "")
    if seller.isdecimal() and len(seller) < 19:
        names = leaks.filter(seller=int(seller)).values_list("seller__name", flat=True)
        if name := names.first():
            yield "seller", (int(seller), say("Seller {name}", name=name))
    segment, region = asked.get("segment", ""), asked.get("region", "")
    if segment and leaks.filter(segment=segment).exists():
        yield "segment", (segment, say("Segment {name}", name=segment))
    if region and leaks.filter(region=region).exists():
        yield "region", (region, say("Region {name}", name=region))
