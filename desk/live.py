"""Whether a page of the queue would say something new: cheap to ask, so that an open page may ask often."""

from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from approvals.models import Request
from base import canonical
from guardrails.models import PolicyVersion
from ledger.models import Head
from people.models import User

MINUTE = "%Y-%m-%d %H:%M"  # clocks count in minutes


def mark_of(user: User, version: PolicyVersion, address: str, at: datetime) -> str:
    """Changes when anything happened to an open request that this person may see, when the policy is another
    one, and every minute. Tells nothing of other deals. One query."""
    stream = Concat(Value("deal:"), Cast(OuterRef("deal"), CharField()))
    happened = Subquery(Head.objects.filter(stream=stream).values("sequence")[:1])
    so_far = Concat(Cast(F("pk"), CharField()), Value("="), Cast(Coalesce(happened, 0), CharField()))
    seen = Request.objects.visible_to(user).open()
    said = seen.aggregate(all=StringAgg(so_far, ",", order_by="pk"))["all"]
    known = (user.pk, user.function, user.timezone, user.locale, version.pk, address, f"{at:{MINUTE}}", said)
    return canonical.digest(" ".join(str(each) for each in known))
