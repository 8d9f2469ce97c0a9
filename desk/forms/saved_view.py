from django import forms

from desk.models import SHARED_WITH
from desk.saved_views import Keeping


class SavedView(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    shared_with = forms.ChoiceField(label="Shared with", choices=SHARED_WITH, required=False)
    opens_first = forms.BooleanField(label="Open the queue with it", required=False)
    replace = forms.BooleanField(label="Replace the one I have of that name", required=False)

    @property
    def keeping(self) -> Keeping:
        said = self.cleaned_data
        return Keeping(said["name"], said["shared_with"], said["opens_first"])
