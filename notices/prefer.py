"""How people want to be told."""

from collections.abc import Mapping
from typing import Any

from base.errors import Invalid
from base.words import say
from notices.kinds import Group
from notices.models import Preference
from people.models import User


def prefer(*, by: User, chosen: Mapping[str, Any]) -> Preference:
    """From now on `by` is told as `chosen`, by the names of the fields; what is not in there stays.

    Raises Invalid: what waits for them can be put off, not silenced; quiet hours begin and end."""
    row = Preference.objects.filter(user=by).first() or Preference(user=by)
    for name, value in chosen.items():
        setattr(row, name, value)
    if row.decisions_mail == row.decisions_chat == "off":
        needed = say("What waits for you can come once a day; it cannot be switched off everywhere.")
        raise Invalid(needed, field="decisions_mail")
    both = (row.quiet_from, row.quiet_until)
    if any(each is not None for each in both) and (None in both or both[0] == both[1]):
        needed = say("Quiet hours begin and end, at two times; or leave both empty.")
        raise Invalid(needed, field="quiet_from")
    row.save()
    return row


def unsubscribe(user: User, group: Group | None) -> Preference:
    """No more mails of `group` (None: of any). What waits for them still comes, once a day."""
    groups = [group] if group else list(Group)
    spared = {f"{each}_mail": "daily" if each == Group.DECISIONS else "off" for each in groups}
    return prefer(by=user, chosen=spared)
