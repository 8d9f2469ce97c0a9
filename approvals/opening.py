"""When the people who decide first had a review before them. It is told on the approvals of the deal, decides
nothing, and is no part of the record that is verified."""

import logging
from collections.abc import Collection

from django.db import DatabaseError, transaction

from approvals.models import Opening, Step
from base import clock
from people.models import User

log = logging.getLogger(__name__)


def keep_opening(steps: Collection[Step], *, by: User) -> None:
    """Keep that `by` has opened these steps, where it is not kept yet. Reading never fails for it: what
    cannot be written is left out, with a line in the log."""
    known = set(Opening.objects.filter(step__in=steps, user=by).values_list("step", flat=True))
    new = [Opening(step=step, user=by, at=clock.now()) for step in steps if step.pk not in known]
    if not new:
        return
    try:
        with transaction.atomic():
            Opening.objects.bulk_create(new, ignore_conflicts=True)
    except DatabaseError as error:
        log.warning("who opened a review could not be kept: %s", error)
