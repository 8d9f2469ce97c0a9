"""What a brief begins with."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from base.words import say
from deals.models import Account
from desk.currency import Choices
from desk.forms.brief_fields import offer, one_of
from desk.phrases import listed
from guardrails.policy import Policy

FEW = 3  # people of the deal desk, as many as are named


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An account by its name, as it is typed or taken from the list that goes with the field."""

    def __init__(self, **kwargs: Any) -> None:
        found = forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"})
        super().__init__(Account.objects.order_by("name"), to_field_name="name", widget=found, **kwargs)

    def to_python(self, value: Any) -> Account | None:
        name = str(value or "").strip()
        if not name:
            return None
        every = list(self.queryset.filter(name__iexact=name)) if self.queryset is not None else []
        found: Account | None = next((one for one in every if one.name == name), every[0] if every else None)
        if found is None:
            raise ValidationError(say("No account is called “{name}”. Choose one of the list.", name=name))
        return found


class NewBrief(forms.Form):
    account = AccountField(label=_("Account"))
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What it is about, like “Warehouse control, 3 sites”.")
    )
    deal_type = one_of(_("Deal type"))
    currency = one_of(_("Currency"))

    def __init__(
        self, *args: Any, policy: Policy, currencies: Choices, desk: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["deal_type"], [(word, word) for word in policy.deal_types])
        offer(self.fields["currency"], currencies.offered)
        self.accounts = list(Account.objects.order_by("name").values_list("name", flat=True))
        asked = listed(desk, "or") if len(desk) <= FEW else ""
        self.fields["account"].help_text = (
            say("Type to find it. Not in the list? Ask the deal desk ({names}).", names=asked)
            if asked
            else say("Type to find it. Not in the list? Ask the deal desk.")
        )
        self.fields["currency"].help_text = " ".join(currencies.notes)
