"""Files to attach to a deal."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from deals.attach import MOST_FILES
from deals.files import ACCEPT, HELP, MOST


class Several(forms.FileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """All that were chosen, each as the verb judges it."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return [super(SeveralFiles, self).clean(each, initial) for each in data or [None]]


class Attach(forms.Form):
    use_required_attribute = False

    file = SeveralFiles(
        label="Files",
        allow_empty_file=True,
        error_messages={"required": "Choose a file first."},
        help_text=f"{HELP} A deal keeps {MOST_FILES}. Everyone who sees the deal can read them.",
        widget=Several(attrs={"accept": ACCEPT, "data-most": MOST}),
    )
