"""The rows of past deals, written in a few statements however many there are."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from base import clock
from base.canonical import digest
from deals.importing.prepare import Landing, Ready
from deals.models import Deal, Judged, Revision
from ledger.newborn import record_first
from people.models import User

NOON = time(12)

Name = tuple[str, str]  # source and key


def write(ready: Sequence[Ready], landing: Landing) -> dict[Name, int]:
    """All that is kept of these deals, and an event each; their ids by source and key."""
    if not ready:
        return {}
    fresh = iter(next_numbers(sum(not each.past.number for each in ready)))
    numbers = [each.past.number or next(fresh) for each in ready]
    owners = User.objects.filter(pk__in={each.past.owner for each in ready})
    teams = dict(owners.values_list("pk", "team"))
    deals = Deal.objects.bulk_create(
        deal_of(each, number, teams[each.past.owner]) for each, number in zip(ready, numbers, strict=True)
    )
    pairs = list(zip(ready, deals, strict=True))
    revisions = Revision.objects.bulk_create(revision_of(each, deal, landing) for each, deal in pairs)
    Judged.objects.bulk_create(
        judged_of(each, revision, landing) for each, revision in zip(ready, revisions, strict=True)
    )
    births = ((deal.stream, said_of(each, landing)) for each, deal in pairs)
    record_first("deal.imported", births, by=landing.by, at=landing.at)
    return {(each.past.source, each.past.key): deal.pk for each, deal in pairs}


def next_numbers(count: int) -> list[str]:
    """Numbers that no deal has; two who land at once never get the same."""
    found: list[str] = []
    with connection.cursor() as cursor:
        while missing := count - len(found):
            cursor.execute("SELECT 'D-' || nextval('deals_number') FROM generate_series(1, %s)", [missing])
            asked = [number for (number,) in cursor.fetchall()]
            taken = set(Deal.objects.filter(number__in=asked).values_list("number", flat=True))
            found += [number for number in asked if number not in taken]
    return found


def deal_of(each: Ready, number: str, team: int | None) -> Deal:
    past, frame, terms = each.past, each.past.ask.target.frame, each.past.ask.target
    began, ended = noon(past.opened or each.day), noon(each.day)
    is_open, won = past.outcome == "open", past.outcome == "won"
    return Deal(
        number=number,
        source=past.source,
        external_id=past.key,
        title=past.title,
        account_id=each.account,
        owner_id=past.owner,
        deal_type=frame.deal_type,
        segment=frame.segment,
        region=frame.region,
        currency=frame.currency,
        team_id=team,
        wanted_signature=past.closed if is_open else None,
        partner_fee=terms.partner_fee,
        status=past.outcome,
        closed_at=None if is_open else ended,
        signed_at=each.day if won else None,
        signed=each.verdict.signed,
        created_at=began,
        updated_at=began if is_open else ended,
    )


def noon(day: date) -> datetime:
    """The file knows days; noon of the company's zone is that day nearly everywhere."""
    return datetime.combine(day, NOON, clock.company_zone())


def revision_of(each: Ready, deal: Deal, landing: Landing) -> Revision:
    verdict = each.verdict
    return Revision(
        deal=deal,
        number=1,
        document=verdict.document,
        sha256=digest(verdict.document),
        terms_hash=verdict.terms_hash,
        measured_target=verdict.target.measured,
        measured_walk_away=verdict.walk_away.measured,
        list_total=verdict.target.list_total,
        net_target=verdict.target.net,
        net_walk_away=verdict.walk_away.net,
        margin_target=verdict.target.margin,
        margin_walk_away=verdict.walk_away.margin,
        currency=deal.currency,
        rate=each.pinned.rate,
        rate_date=each.pinned.known_on,
        rate_source=each.pinned.source,
        submitted_by_id=each.past.owner,
        created_at=landing.at,
    )


def judged_of(each: Ready, revision: Revision, landing: Landing) -> Judged:
    verdict = each.verdict
    listed, net = verdict.won or (None, None)
    return Judged(
        revision=revision,
        version=landing.version,
        evaluation_target=verdict.target.evaluation,
        evaluation_walk_away=verdict.walk_away.evaluation,
        needs=verdict.walk_away.needs,
        content=each.content,
        list_signed=listed,
        net_signed=net,
        origin=landing.origin,
    )


def said_of(each: Ready, landing: Landing) -> dict[str, Any]:
    """The body of its event."""
    return {
        "source": each.past.source,
        "import": landing.origin.pk if landing.origin else None,
        "policy": landing.version.number,
        "account": each.account,
        "terms_hash": each.verdict.terms_hash,
        "content": each.content,
    }
