"""Effect "digest": what waited for an hour goes out in one mail. Payload: `to`, `notice`, as of a mail.

Every waiting notice has an effect of its own, so that none is lost. The first that is done takes all that
wait by then; the others find nothing left. What was read meanwhile is left out; of nothing, nothing is sent.
"""

from datetime import datetime

from django.db import transaction

from ledger.handlers import external
from ledger.models import Effect
from notices.mail import letter
from notices.models import Notice


@external
def send_digest(effect: Effect, now: datetime) -> None:
    """Send it. A second sending after a crash is about the same and has the same Message-ID."""
    take_waiting(effect, now)
    notices = [
        notice
        for notice in Notice.objects.gathered(effect.dedupe_key).select_related("user")
        if notice.read_at is None and notice.user.is_active
    ]
    if notices:
        letter(notices, key=effect.facts["notice"]).send()


@transaction.atomic
def take_waiting(effect: Effect, now: datetime) -> None:
    """What waits by `now` belongs to this mail from now on, and to no other."""
    waiting = Notice.objects.filter(user=effect.facts["to"], waits_until__lte=now, gathered_by="")
    found = list(waiting.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Notice.objects.filter(pk__in=found).update(gathered_by=effect.dedupe_key)
