"""Whether a page would say something new: cheap to ask, so that an open page may ask often."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from approvals.models import Request, RequestQuerySet
from base import canonical
from deals.models import Deal
from deals.models.deal import DealQuerySet
from guardrails.models import PolicyVersion
from ledger.models import Head
from people.models import User

MINUTE = "%Y-%m-%d %H:%M"  # clocks count in minutes


def mark_of(user: User, version: PolicyVersion, address: str, at: datetime) -> str:
    """Changes when anything happened to an open request that this person may see, when the policy is another
    one, and every minute. Tells nothing of other deals. One query."""
    stream = Concat(Value("deal:"), Cast(OuterRef("deal"), CharField()))
    return printed(user, version, address, at, happened(Request.objects.visible_to(user).open(), stream))


def mark_of_home(user: User, version: PolicyVersion, at: datetime) -> str:
    """The same of all open deals that this person may see, whatever is asked for them. One query."""
    stream = Concat(Value("deal:"), Cast(OuterRef("pk"), CharField()))
    return printed(user, version, "home", at, happened(Deal.objects.visible_to(user).open(), stream))


def happened(rows: RequestQuerySet | DealQuerySet, stream: Combinable) -> str | None:
    """How far the ledger is with each row."""
    last = Subquery(Head.objects.filter(stream=stream).values("sequence")[:1])
    so_far = Concat(Cast(F("pk"), CharField()), Value("="), Cast(Coalesce(last, 0), CharField()))
    said: str | None = rows.aggregate(all=StringAgg(so_far, ",", order_by="pk"))["all"]
    return said


def printed(user: User, version: PolicyVersion, address: str, at: datetime, said: str | None) -> str:
    reader = (user.pk, user.function, user.timezone, user.locale)
    known = (*reader, version.pk, address, f"{at:{MINUTE}}", said)
    return canonical.digest(" ".join(str(each) for each in known))


def counts_mark(user: User, counts: Mapping[str, int]) -> str:
    """Changes when a count beside the navigation does."""
    return canonical.digest(" ".join(str(each) for each in (user.pk, user.locale, *counts.values())))


def has_seen(headers: Mapping[str, str], mark: str) -> bool:
    """Whether who asks has the page with this mark already."""
    return f'"{mark}"' in headers.get("If-None-Match", "")
