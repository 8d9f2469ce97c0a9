"""Files to attach to a deal."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from deals.attach import MOST_FILES
from deals.files import ACCEPT, HELP, MOST

KEPT = _("{what} A deal keeps {most}. Everyone who sees the deal can read them.")


class Several(forms.FileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """All that were chosen, each as the verb judges it."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        return [super(SeveralFiles, self).clean(each, initial) for each in data or [None]]


class Attach(forms.Form):
    use_required_attribute = False

    file = SeveralFiles(
        label=_("Files"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file first.")},
        help_text=format_lazy(KEPT, what=HELP, most=MOST_FILES),
        widget=Several(attrs={"accept": ACCEPT, "data-most": MOST}),
    )
