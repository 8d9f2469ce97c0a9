from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 400_000  # letters of a policy


class GlossaryForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=80,
        label=_("Find a word"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Find a word"), "data-key": "/"}),
    )


class HandIn(forms.Form):
    """The text of a policy, typed or as a file; the file counts where there are both."""

    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false"}),
    )
    file = forms.FileField(required=False, label=_("Or a file"))
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LONGEST:
            raise forms.ValidationError(_("This file is too large to be a policy."))
        try:
            return cast("str", file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This file is no text in UTF-8. Save it as UTF-8.")) from error

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.written.strip():
            self.add_error("text", _("Paste the text of the policy, or choose its file."))
        return said

    @property
    def written(self) -> str:
        """With the line ends of a file, whatever the browser sends."""
        said = self.cleaned_data.get("file") or self.cleaned_data.get("text") or ""
        return str(said).replace("\r\n", "\n")


class PublishForm(forms.Form):
    day = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
