from django import forms
from django.utils.translation import gettext_lazy as _


class GlossaryForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=80,
        label=_("Find a word"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Find a word"), "data-key": "/"}),
    )
