from django import forms
from django.utils.translation import gettext_lazy as _

from desk.models import SHARED_WITH
from desk.saved_views import Keeping


class SavedView(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    shared_with = forms.ChoiceField(label=_("Shared with"), choices=SHARED_WITH, required=False)
    opens_first = forms.BooleanField(label=_("Open the queue with it"), required=False)
    replace = forms.BooleanField(label=_("Replace the one I have of that name"), required=False)

    @property
    def keeping(self) -> Keeping:
        said = self.cleaned_data
        return Keeping(said["name"], said["shared_with"], said["opens_first"])
