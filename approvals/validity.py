"""From when a mandate may no longer be used: the first instant after its last day, in the company's zone."""

import json
from datetime import date, datetime, time, timedelta

from base import clock
from deals.document import expiry_from
from deals.models import Revision


def after(day: date) -> datetime:
    """The first instant after `day` in the company's zone."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.company_zone())


def asked_expiry(revision: Revision, valid_days: int) -> datetime:
    """After the last day that was asked for, or after the policy's usual number of days."""
    wanted = expiry_from(json.loads(revision.document))
    return after(wanted or clock.date_of(revision.created_at) + timedelta(days=valid_days))
