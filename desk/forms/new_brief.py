"""What a brief begins with."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import say
from deals.models import Account
from desk.currency import Choices
from desk.forms.brief_fields import offer, one_of
from desk.phrases import listed
from guardrails.policy import Policy

FEW = 3  # people of the deal desk, as many as are named


class NewBrief(forms.Form):
    account = forms.ModelChoiceField(
        label=_("Account"), queryset=Account.objects.order_by("name"), empty_label=_("Choose an account")
    )
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
        asked = listed(desk, "or") if len(desk) <= FEW else ""
        self.fields["account"].help_text = (
            say("Not in the list? {names} of the deal desk can add it.", names=asked)
            if asked
            else say("Not in the list? The deal desk can add it.")
        )
        self.fields["currency"].help_text = " ".join(currencies.notes)
