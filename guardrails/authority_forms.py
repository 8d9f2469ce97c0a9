"""Authority on the administration pages: by the names of the policy in force, mistakes at their field."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from base import clock
from base.errors import DomainError
from base.words import say
from guardrails.appoint import refuse_double, refuse_early, refuse_unknown, refuse_unless_other
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from people.models import Authority, User

DAY = "%Y-%m-%d"


def policy_now() -> Policy | None:
    version = PolicyVersion.objects.begun(clock.now()).first()
    return version.policy if version else None


class Giving(forms.ModelForm):  # type: ignore[type-arg]
    """`by`: who gives it. The level brings its function with it: "finance:2"."""

    by: ClassVar[User]
    level = forms.ChoiceField(label=_("Level"), error_messages={"required": _("Say as what.")})
    region = forms.ChoiceField(label=_("Region"), required=False)

    class Meta:
        model = Authority
        fields = ("user", "level", "region", "since")
        widgets: ClassVar[dict[str, Any]] = {"since": forms.DateInput(attrs={"type": "date"}, format=DAY)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = policy_now()
        level, region = self.fields["level"], self.fields["region"]
        assert isinstance(level, forms.ChoiceField) and isinstance(region, forms.ChoiceField)
        level.choices = [("", say("Choose one")), *levels_of(policy)]
        regions = policy.regions if policy else ()
        region.choices = [("", say("Everywhere")), *((each, each) for each in regions)]
        self.fields["since"].initial = clock.today

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "level" in said:
            self.instance.function, _colon, rank = said["level"].partition(":")
            said["level"] = int(rank)
        if not self.errors:
            self.take_refusal(said)
        return said

    def take_refusal(self, said: dict[str, Any]) -> None:
        """What the verb would refuse, beside the field at fault."""
        user, function, level, region = said["user"], self.instance.function, said["level"], said["region"]
        policy = PolicyVersion.objects.in_force(clock.now()).policy
        try:
            refuse_unless_other(user, self.by)
            refuse_unknown(policy, function, level, region)
            refuse_double(user, function, level, region, said["since"])
        except DomainError as refusal:
            self.add_error(getattr(refusal, "field", None) or "user", refusal.message)


class Ending(forms.ModelForm):  # type: ignore[type-arg]
    """`by`: who ends it."""

    by: ClassVar[User]

    class Meta:
        model = Authority
        fields = ("until",)
        widgets: ClassVar[dict[str, Any]] = {"until": forms.DateInput(attrs={"type": "date"}, format=DAY)}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        try:
            if said.get("until"):
                refuse_unless_other(self.instance.user, self.by)
                refuse_early(self.instance, said["until"])
        except DomainError as refusal:
            self.add_error("until", refusal.message)
        return said


def levels_of(policy: Policy | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """By function, as the policy calls both."""
    functions = policy.functions if policy else ()
    return [
        (function.name, [(f"{one.function}:{one.rank}", one.name) for one in policy.levels_of(function.key)])
        for function in functions
        if policy and policy.levels_of(function.key)
    ]
