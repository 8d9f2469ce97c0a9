from django import forms


class GlossaryForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=80,
        label="Find a word",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Find a word", "data-key": "/"}),
    )
