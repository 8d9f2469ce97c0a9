from typing import Any

from django import forms
from django.contrib import admin

from base.words import say
from deals.models import Account, Price, Product, Tier
from guardrails.authority_forms import policy_now


class PriceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Price
    extra = 0


class TierInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Tier
    extra = 0


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "key", "family", "per", "recurring"]
    list_filter = ["family"]
    search_fields = ["name", "key"]
    inlines = [PriceInline, TierInline]


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """Segment and region as the policy in force names them: in other words no brief of theirs can be sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = policy_now()
        if policy is None:
            return
        for name, words in (("segment", policy.segments), ("region", policy.regions)):
            known = dict.fromkeys([*words, *filter(None, [getattr(self.instance, name)])])
            choices = [("", say("Choose one")), *((word, word) for word in known)]
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=choices)


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = AccountForm
    list_display = ["name", "segment", "region"]
    list_filter = ["segment", "region"]
    search_fields = ["name"]
