"""Landing past deals: each with its revision, judged under one named version, and nobody is asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from base.canonical import digest
from base.words import mark, say
from deals.importing.past import PastDeal, Refused, content
from deals.importing.prepare import Fresh, Landing, Ready, prepare
from deals.importing.rows import Name, write
from deals.models import Account, Import, Judged
from deals.rates import hold_rates
from guardrails.models import PolicyVersion
from people.models import User

IN_ALREADY = mark("is in already, with other terms; a past deal is not rewritten")


@dataclass(frozen=True, slots=True)
class Landed:
    """`new`: ids of the deals that landed, by source and key. `same`: how many were in already, unchanged."""

    new: Mapping[Name, int]
    same: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What would land, and what would not."""

    ready: tuple[Ready, ...]
    same: int
    refused: tuple[Refused, ...]


def land(
    deals: Sequence[PastDeal],
    *,
    version: PolicyVersion,
    by: User | None,
    at: datetime,
    import_: Import | None = None,
) -> Landed:
    """Land these deals in the order of their days and keys, in one transaction. What is in already stays.

    No request, step, mandate, effect, mail: an event "deal.imported" each. Accounts that are new are made.
    """
    with transaction.atomic():
        lock_sources({past.source for past in deals})
        hold_rates()
        landing = Landing(version, at, by, import_)
        fresh, same, refused = sift(deals)
        ready, unjudged = prepare(fresh, landing, make_accounts(fresh))
        return Landed(write(ready, landing), same, (*refused, *unjudged))


def try_out(deals: Sequence[PastDeal], *, version: PolicyVersion, at: datetime) -> Tried:
    """What `land` would do, without a trace. Deals of the same call count for each other."""
    fresh, same, refused = sift(deals)
    accounts = account_ids(each.past.account for each in fresh)
    for each in fresh:
        accounts.setdefault(each.past.account, -len(accounts))
    ready, unjudged = prepare(fresh, Landing(version, at, None, None), accounts)
    return Tried(tuple(ready), same, (*refused, *unjudged))


def lock_sources(sources: Iterable[str]) -> None:
    """Whoever else lands deals of these sources waits until this transaction ends."""
    with connection.cursor() as cursor:
        for source in sorted(sources):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_of("land", source)])


def lock_of(what: str, source: str) -> int:
    """A number among PostgreSQL's advisory locks."""
    return int(digest(f"{what} {source}")[:15], 16)


def sift(deals: Iterable[PastDeal]) -> tuple[list[Fresh], int, list[Refused]]:
    """What is not in yet; how many are, unchanged; and those that are with other terms. Of two with the same
    name only the first is fresh."""
    said = [Fresh(past, content(past)) for past in deals]
    known = contents(each.past for each in said)
    fresh: list[Fresh] = []
    refused: list[Refused] = []
    for each in said:
        past = each.past
        before = known.setdefault((past.source, past.key), "")
        if not before:
            known[past.source, past.key] = each.content
            fresh.append(each)
        elif before != each.content:
            refused.append(Refused(past.key, "key", past.key, say(IN_ALREADY)))
    return fresh, len(said) - len(fresh) - len(refused), refused


def contents(deals: Iterable[PastDeal]) -> dict[Name, str]:
    """What was said of those that are in."""
    keys: dict[str, list[str]] = defaultdict(list)
    for past in deals:
        keys[past.source].append(past.key)
    found: dict[Name, str] = {}
    for source, its in keys.items():
        judged = Judged.objects.filter(revision__deal__source=source, revision__deal__external_id__in=its)
        for key, said in judged.values_list("revision__deal__external_id", "content"):
            found[source, key] = said
    return found


def make_accounts(fresh: Sequence[Fresh]) -> dict[str, int]:
    """The number of every account; a new one gets segment and region of the first deal that names it."""
    frames = {each.past.account: each.past.ask.target.frame for each in reversed(fresh)}
    known = account_ids(frames)
    Account.objects.bulk_create(
        (
            Account(name=name, segment=frame.segment, region=frame.region)
            for name, frame in sorted(frames.items())
            if name not in known
        ),
        ignore_conflicts=True,
    )
    return known if len(known) == len(frames) else account_ids(frames)


def account_ids(names: Iterable[str]) -> dict[str, int]:
    return dict(Account.objects.filter(name__in=set(names)).values_list("name", "pk"))
