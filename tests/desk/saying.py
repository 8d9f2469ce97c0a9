"""Whether the record can say what happened: each event a sentence, with a link to where it can be seen."""

from collections.abc import Iterable, Iterator

from deals.models import Deal
from desk.head import room_of
from desk.words import entries_of
from ledger.models import Event


def unsaid(deal: Deal, events: Iterable[Event]) -> Iterator[str]:
    for entry in entries_of(room_of(deal, deal.owner), events):
        if not (entry.said.words.endswith(".") and entry.said.link and entry.url.startswith("/deals/")):
            yield f"entry {entry.sequence} is no sentence with a link: {entry.said.words!r}, {entry.url!r}"
