from django import forms

from people.models import Theme


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
