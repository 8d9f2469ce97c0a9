from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.kinds import Group
from notices.models import CHAT, MAIL, WORDS, Preference
from notices.ways import DIGEST_AT
from people.models import Team

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def choice(label: "StrOrPromise", ways: tuple[str, ...]) -> forms.ChoiceField:
    chosen = forms.Select(attrs={"class": "select", "aria-label": label})
    return forms.ChoiceField(label=label, choices=[(each, WORDS[each]) for each in ways], widget=chosen)


def hour(label: "StrOrPromise", *, required: bool = False) -> forms.TimeField:
    shown = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=required, widget=shown)


class Wanted(forms.Form):
    """How somebody wants to be told. What cannot be wanted is for notices/prefer.py to say."""

    decisions_mail = choice(_("What waits for you, by mail"), MAIL)
    decisions_chat = choice(_("What waits for you, in your chat"), CHAT)
    outcomes_mail = choice(_("What became of it, by mail"), MAIL)
    outcomes_chat = choice(_("What became of it, in your chat"), CHAT)
    tasks_mail = choice(_("Conditions and tasks, by mail"), MAIL)
    tasks_chat = choice(_("Conditions and tasks, in your chat"), CHAT)
    watched_mail = choice(_("Deals you watch, by mail"), MAIL)
    watched_chat = choice(_("Deals you watch, in your chat"), CHAT)
    quiet_from = hour(_("Quiet from"))
    quiet_until = hour(_("Until"))
    digest_at = hour(_("Mail once a day at"), required=True)

    @classmethod
    def of(cls, row: Preference | None) -> "Wanted":
        """As it is now."""
        if row is None:
            ways = {f"{group}_{way}": "now" for group in Group for way in ("mail", "chat")}
            return cls(initial={**ways, "digest_at": DIGEST_AT})
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})

    def rows(self) -> list[dict[str, Any]]:
        """By group: what it is about, and its two fields."""
        return [
            {"title": title, "about": about, "mail": self[f"{group}_mail"], "chat": self[f"{group}_chat"]}
            for group, (title, about) in ABOUT.items()
        ]


ABOUT = {
    Group.DECISIONS: (
        _("What waits for you"),
        _("Decisions, questions, holds, comments that name you, and reminders. Once a day at the least."),
    ),
    Group.OUTCOMES: (
        _("What became of it"),
        _("Granted, declined, handed over, run out: of your deals and of what you were asked."),
    ),
    Group.TASKS: (_("Conditions and tasks"), _("Yours to do, due soon, evidence, met, lapsed.")),
    Group.WATCHED: (_("Deals you watch"), _("How their requests end.")),
}


class Chat(forms.Form):
    """Without `team` it is one's own. The address is never written back into the page."""

    url = forms.CharField(max_length=1000)
    team = forms.ModelChoiceField(Team.objects.all(), required=False)
