"""What was won of some accounts, for the twelve months before each of their past deals."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from deals.draft import a_year_before, cents, signed_terms
from deals.economics import list_and_net
from deals.models import Deal, Judged
from deals.terms import World

UNKNOWN = World(None, None)

Both = tuple[Decimal, Decimal] | None  # list and net in the company's currency; None: nobody knows


@dataclass(frozen=True, slots=True)
class Won:
    """Account → day of signature and worth, of each deal won."""

    deals: dict[int, list[tuple[date, Both]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, account: int, day: date, both: Both, rate: Decimal) -> None:
        """One more, in its own currency."""
        self.deals[account].append((day, both and (both[0] * rate, both[1] * rate)))

    def before(self, account: int, day: date) -> World:
        """The worth of what was signed in the twelve months before `day`, that day not included."""
        since = a_year_before(day)
        inside = [both for at, both in self.deals.get(account, ()) if since < at < day]
        if None in inside:
            return UNKNOWN
        known = [both for both in inside if both]
        return World(
            cents(sum((both[0] for both in known), Decimal(0))),
            cents(sum((both[1] for both in known), Decimal(0))),
        )


def won_of(accounts: Collection[int], first: date, last: date) -> Won:
    """What the database knows that counts for deals of these accounts with days from `first` to `last`.

    Two queries, and one more for each deal that was won here without terms.
    """
    won = Won()
    deals = Deal.objects.won().filter(
        account__in=accounts, signed_at__gt=a_year_before(first), signed_at__lt=last
    )
    imported = Judged.objects.filter(revision__deal__in=deals, net_signed__isnull=False)
    columns = ("account_id", "signed_at")
    for account, day, listed, net, rate in imported.values_list(
        *(f"revision__deal__{column}" for column in columns), "list_signed", "net_signed", "revision__rate"
    ):
        won.add(account, day, (listed, net), rate)
    for deal in deals.exclude(revisions__judged__net_signed__isnull=False):
        terms = signed_terms(deal)
        both = list_and_net(terms) if terms else None
        won.add(deal.account_id, deal.signed_at or last, both, terms.rate if terms else Decimal(1))
    return won
