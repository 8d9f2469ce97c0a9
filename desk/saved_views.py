"""Keep, change and delete a view of the queue."""

from dataclasses import dataclass

from django.db import transaction

from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from desk.models import SavedView
from people.models import User


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a view is called, with whom it is shared ("" for nobody else), whether its owner opens with it."""

    name: str
    shared_with: str = ""
    opens_first: bool = False


@transaction.atomic
def save_view(asked: str, keeping: Keeping, *, by: User, replace: bool = False) -> SavedView:
    """A view of `by`'s own. Raises Invalid when they have one of that name, unless it is to be replaced."""
    lock(by)
    same = SavedView.objects.filter(owner=by, name__iexact=keeping.name).first()
    if same and not replace:
        raise Invalid(say("You have a view called “{name}” already.", name=same.name), field="name")
    view = same or SavedView(owner=by)
    view.asked, view.saved_at = asked, clock.now()
    return put(view, keeping)


@transaction.atomic
def change_view(view: SavedView, keeping: Keeping, *, by: User) -> SavedView:
    """Name, sharing and whether it opens first. Raises NotYours and, when the name is taken, Invalid."""
    refuse_others(view, by)
    lock(by)
    others = SavedView.objects.filter(owner=by).exclude(pk=view.pk)
    if others.filter(name__iexact=keeping.name).exists():
        raise Invalid(say("You have another view called “{name}”.", name=keeping.name), field="name")
    return put(view, keeping)


def delete_view(view: SavedView, *, by: User) -> None:
    """Raises NotYours."""
    refuse_others(view, by)
    view.delete()


def refuse_others(view: SavedView, user: User) -> None:
    if view.owner_id != user.pk:
        said = say(
            "“{view}” belongs to {owner}. Save it under a name of your own.", view=view, owner=view.owner.name
        )
        raise NotYours(said)


def lock(user: User) -> None:
    """One at a time for each person: two tabs do not save the same name twice."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def put(view: SavedView, keeping: Keeping) -> SavedView:
    if keeping.opens_first:
        SavedView.objects.filter(owner=view.owner_id).exclude(pk=view.pk).update(opens_first=False)
    view.name, view.shared_with, view.opens_first = keeping.name, keeping.shared_with, keeping.opens_first
    view.save()
    return view
