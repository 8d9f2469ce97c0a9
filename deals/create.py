"""Starting a deal."""

from django.db import connection, transaction

from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from deals.models import Account, Deal
from ledger.record import record
from people.models import User


@transaction.atomic
def create(
    title: str, account: Account, *, by: User, deal_type: str, currency: str, number: str = ""
) -> Deal:
    """A new open deal of `by`, with an empty draft; segment and region are the account's, the team is `by`'s.

    `number`: for deals that have one already; otherwise the next free one. Raises NotYours, Invalid.
    """
    at = clock.now()
    refuse_unless_seller(by)
    title = title.strip()
    if not title:
        raise Invalid(say("Give the deal a title."), field="title")
    deal = Deal.objects.create(
        number=number or next_number(),
        title=title,
        account=account,
        owner=by,
        deal_type=deal_type,
        segment=account.segment,
        region=account.region,
        currency=currency,
        team=by.team,
        created_at=at,
        updated_at=at,
    )
    record(deal.stream, "deal.created", by=by, at=at, account=account.pk)
    return deal


def refuse_unless_seller(by: User) -> None:
    if not by.starts_deals:
        raise NotYours(say("Sellers and the deal desk start deals. Ask one of them to write the brief."))


def next_number() -> str:
    """The next number that no deal has; two people never get the same."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT nextval('deals_number')")
            number = f"D-{cursor.fetchone()[0]}"
            if not Deal.objects.filter(number=number).exists():
                return number
