"""Sharing a deal with a person or a team."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from base.words import say
from desk.forms.actions import ROLES
from people.accounts import UserQuerySet
from people.models import User


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class Share(forms.Form):
    """With exactly one of a person and a team."""

    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose"), required=False
    )
    group = forms.ModelChoiceField(
        label=_("Or a team"), queryset=Group.objects.none(), empty_label=_("Choose"), required=False
    )
    role = forms.ChoiceField(label=_("What they may do"), choices=list(ROLES.items()))

    def __init__(self, *args: Any, people: UserQuerySet, groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)
        offer(self, "group", groups)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = [cleaned.get(name) for name in ("person", "group") if cleaned.get(name)]
        if not chosen and not self.errors:
            self.add_error("person", say("Choose a person or a team."))
        if len(chosen) > 1:
            self.add_error("group", say("Choose a person or a team, not both at once."))
        return cleaned


class Unshare(forms.Form):
    """Whom it is taken back from: only who it is shared with."""

    person = forms.ModelChoiceField(queryset=User.objects.none(), required=False)
    group = forms.ModelChoiceField(queryset=Group.objects.none(), required=False)

    def __init__(self, *args: Any, people: UserQuerySet, groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)
        offer(self, "group", groups)
