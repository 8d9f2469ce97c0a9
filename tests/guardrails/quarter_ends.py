"""A quarter end of Legal, which no number of the other stories rests on."""

from datetime import timedelta

from base import clock
from guardrails.models import QuarterEnd
from guardrails.switch_quarter_end import Wanted, switch_on
from people.models import User


def begin_quarter_end(by: User, functions: tuple[str, ...] = ("legal",)) -> QuarterEnd:
    """From now on, until the end of tomorrow."""
    today = clock.today()
    return switch_on(
        Wanted("Q3 close", today, today + timedelta(days=2), functions, 50, "Many answers at once."), by=by
    )
