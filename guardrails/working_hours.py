"""When a function works: changed by the deal desk, on record with what it was before."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from guardrails.appoint import STREAM
from ledger.record import record
from people.models import Function, FunctionCalendar, User


@transaction.atomic
def set_hours(calendar: FunctionCalendar, *, by: User, seen: str) -> FunctionCalendar:
    """Let the people of a function work as `calendar` says, for every deadline from now on; those that run
    stay where they are. `seen`: the print of the hours that were on the screen, "" where there were none. The
    same hours again change nothing.

    Raises NotYours (not of the desk), Invalid (by field; "" for all of them together), WrongState (somebody
    else changed them meanwhile)."""
    refuse_unless_desk(by)
    refuse_faults(calendar)
    standing = FunctionCalendar.objects.select_for_update().filter(function=calendar.function).first()
    if (standing.print if standing else "") != seen:
        raise WrongState(
            say(
                "Somebody changed the hours of {function} meanwhile.",
                function=calendar.get_function_display(),
            )
        )
    if standing and standing.said == calendar.said:
        return standing
    calendar.pk = standing.pk if standing else None
    calendar.save(force_insert=standing is None)
    facts: dict[str, Any] = {"function": str(calendar.function), "after": calendar.said}
    if standing:
        facts["before"] = standing.said
    record(STREAM, "hours_changed", by=by, at=clock.now(), calendar=calendar.pk, **facts)
    return calendar


def refuse_unless_desk(by: User) -> None:
    if by.function != Function.DESK or not by.is_active:
        raise NotYours(say("The deal desk keeps the working hours. Ask one of them."))


def refuse_faults(calendar: FunctionCalendar) -> None:
    """Raises Invalid, with a sentence for each field."""
    try:
        calendar.full_clean(validate_unique=False, validate_constraints=True, exclude=["function"])
    except ValidationError as refused:
        said = {name.replace(NON_FIELD_ERRORS, ""): each[0] for name, each in refused.message_dict.items()}
        raise Invalid(next(iter(said.values())), fields=said) from None
