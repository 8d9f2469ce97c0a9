"""Writing a draft. Two people who write at once never overwrite each other without knowing."""

from django.db import transaction

from base import clock
from base.errors import Invalid
from base.words import mark, say
from deals.changes import DraftChanges, differences
from deals.errors import DealClosed, DraftMoved
from deals.mistakes import mistakes
from deals.models import Deal
from deals.rows import stored, write
from deals.share import refuse_stranger
from deals.touched import parts_of, touch
from people.models import User

__all__ = ["refuse_stranger", "save_draft"]

CLOSED = {
    Deal.Status.WON: mark("{deal} is won; it is not written any more."),
    Deal.Status.LOST: mark("{deal} is lost; it is not written any more."),
}


@transaction.atomic
def save_draft(deal: Deal, *, by: User, version: int, changes: DraftChanges) -> Deal:
    """Write `changes` to the draft that `by` saw as `version`. What is the same already changes nothing, and
    counts up nothing. New or changed lines get today's catalogue prices.

    Raises NotYours, DealClosed, DraftMoved (mine and theirs, field by field), Invalid (all fields at fault).
    """
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    refuse_closed(deal)
    before = stored(deal, changes)
    changed = differences(changes, before)
    if not changed:
        return deal
    if version != deal.version:
        raise DraftMoved(
            say("{deal} was saved since you opened it.", deal=deal.number),
            mine={key: mine for key, (mine, _) in changed.items()},
            theirs={key: theirs for key, (_, theirs) in changed.items()},
        )
    refuse_mistakes(changes)
    write(deal, changes, day=clock.date_of(at))
    deal.version += 1
    deal.updated_at = at
    deal.save()
    touch(deal, parts_of(changed, changes, before), by=by, at=at)
    return deal


def refuse_closed(deal: Deal) -> None:
    if not deal.is_open:
        raise DealClosed(say(CLOSED[Deal.Status(deal.status)], deal=deal.number))


def refuse_mistakes(changes: DraftChanges) -> None:
    fields = mistakes(changes)
    owner = changes.decision_owner
    if owner is not None and not User.objects.filter(pk=owner, is_active=True).exists():
        fields["decision_owner"] = say("Choose someone who works here.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
