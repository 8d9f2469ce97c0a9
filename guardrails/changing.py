"""How the policy is changed on its page: the text to hand in, what a draft changes, who agrees."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from base import clock
from guardrails.differences import Difference, differences
from guardrails.hidden import view_at
from guardrails.holders import strangers, unheld
from guardrails.models import MAY_REVIEW, PolicyVersion
from guardrails.toml import Mistake
from people.models import Function, User
from people.shown import View

NUMBER = re.compile(r"(?m)^number = \d+")
SALT = "guardrails.changing"


@dataclass(frozen=True, slots=True)
class Change:
    """A draft as one reader finds it. `against`: the version in force. `seen`: proof of which text was on
    the screen, from which the text cannot be guessed. `unheld`, `strangers`: levels that nobody holds, and
    addresses of nobody."""

    against: PolicyVersion | None
    differences: tuple[Difference, ...]
    seen: str
    may_agree: bool
    may_publish: bool
    mine: bool
    unheld: tuple[str, ...]
    strangers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake with the words of its line."""

    mistake: Mistake
    words: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """The text to begin with. `seen`: the hash of the draft it is, "" for a version that is published."""

    text: str
    seen: str
    base: PolicyVersion | None


def change_of(draft: PolicyVersion, now: PolicyVersion | None, user: User, view: View) -> Change:
    """Two queries at most."""
    reviewed = draft.reviewed_by_id is not None
    return Change(
        against=now,
        differences=differences(now.policy, draft.policy, view) if now else (),
        seen=print_of(draft),
        may_agree=not reviewed and user.function in MAY_REVIEW and user != draft.drafted_by,
        may_publish=reviewed and user.function == Function.DESK,
        mine=user == draft.drafted_by,
        unheld=tuple(level.name for level in unheld(draft.policy, clock.today())),
        strangers=strangers(draft.policy),
    )


def print_of(version: PolicyVersion) -> str:
    return salted_hmac(SALT, version.sha256).hexdigest()


def as_seen(version: PolicyVersion, seen: str) -> PolicyVersion:
    """The version with the text that was on the screen: one that no verb takes if it was another."""
    if not constant_time_compare(print_of(version), seen):
        version.sha256 = ""
    return version


def beginning(asked: str, user: User, at: datetime) -> Beginning:
    """The version asked for, else the newest draft, else the one in force, numbered one higher than all.
    Nothing for who sees cost as a band: the text says more."""
    if view_at(user, at) == "band":
        return Beginning("", "", None)
    drafts = PolicyVersion.objects.readable_drafts(user).order_by("-number")
    known = PolicyVersion.objects.published() | drafts
    wanted = known.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 9 else None
    base = wanted or drafts.first() or PolicyVersion.objects.begun(at).first()
    if base is None:
        return Beginning("", "", None)
    if base.status != PolicyVersion.Status.PUBLISHED:
        return Beginning(base.text, base.sha256, base)
    highest = max(PolicyVersion.objects.values_list("number", flat=True))
    return Beginning(NUMBER.sub(f"number = {highest + 1}", base.text, count=1), "", base)


def wrong_lines(mistakes: Iterable[Mistake], text: str) -> tuple[Wrong, ...]:
    lines = text.split("\n")
    return tuple(
        Wrong(each, lines[each.line - 1].strip() if each.line <= len(lines) else "") for each in mistakes
    )
