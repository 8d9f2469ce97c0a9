"""When something was, as messages say it: by the company's clock."""

from datetime import datetime

from base import clock
from base.format import day_of_month, hour
from base.words import say


def moment(at: datetime) -> str:
    """ "9 June at 14:05"."""
    local = at.astimezone(clock.company_zone())
    return say("{day} at {hour}", day=day_of_month(local.date()), hour=hour(local))
