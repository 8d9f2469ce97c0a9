"""What shows that a task was done. Files are kept under names of our own, outside what is served."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.models import Condition, Evidence
from approvals.pools import conflicted, may_hold
from approvals.told_in_return import about_task, write_to
from approvals.when import moment
from base import canonical, clock
from base.errors import Invalid, NotYours, WrongState
from base.format import full_date
from base.words import say
from deals.files import called, refuse_file, stored, unless_kept
from deals.models import Deal
from deals.share import may_edit
from ledger.effects import ring
from ledger.record import record
from people.models import User

FOLDER = "evidence"
LONGEST = 2000  # letters


@dataclass(frozen=True, slots=True)
class Shown:
    """What is handed in: words, a file, or both."""

    text: str = ""
    file: "UploadedFile[Any] | None" = None

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.file)


@transaction.atomic
def hand_in(condition: Condition, *, by: User, shown: Shown) -> Evidence:
    """Keep what shows that the task was done, and tell who asked for it. It is not met by that.

    Raises NotYours, WrongState (met or lapsed already), Invalid (nothing shown, a file that is not kept)."""
    at = clock.now()
    with unless_kept() as copies:
        condition, deal = locked(condition)
        refuse_outsider(condition, deal, by, at=at)
        refuse_ended(condition, at=at)
        evidence = keep(condition, deal, by=by, shown=shown, at=at, copies=copies)
        if condition.decision.by_id != by.pk:
            write_to(condition.decision.by, "shown", about_task(condition, deal, by=by), at=at)
            ring()
    return evidence


def refuse_outsider(condition: Condition, deal: Deal, by: User, *, at: datetime) -> None:
    if condition.owner_id != by.pk and not may_edit(deal, by) and not may_mark(condition, deal, by, at=at):
        owner = condition.owner.name if condition.owner else ""
        raise NotYours(
            say(
                "{owner} sees to this. The deal team and who asked for it may hand in evidence too.",
                owner=owner,
            )
        )


def locked(condition: Condition) -> tuple[Condition, Deal]:
    """The task as it is now, under the lock of its deal."""
    deal_id = Condition.objects.values_list("decision__deal", flat=True).get(pk=condition.pk)
    deal = Deal.objects.lock(deal_id)
    related = Condition.objects.select_related(
        "owner",
        "met_by",
        "decision__by",
        "decision__step__request__revision",
        "decision__step__request__version",
    )
    return related.tasks().get(pk=condition.pk), deal


def may_mark(condition: Condition, deal: Deal, user: User, *, at: datetime) -> bool:
    """Whether `user` speaks for the function that asked: who asked themself, or whoever may decide there at
    that level or above. Never someone on the deal's own side."""
    decision = condition.decision
    if not user.is_active or user.pk in conflicted(deal, submitter=decision.step.request.submitted_by_id):
        return False
    return user.pk == decision.by_id or may_hold(user, decision.step, at=at)


def refuse_ended(condition: Condition, *, at: datetime) -> None:
    if condition.met_at and condition.met_by:
        when = moment(condition.met_at)
        raise WrongState(say("{name} marked it met on {moment}.", name=condition.met_by.name, moment=when))
    if condition.lapsed_at or (condition.due and condition.due < clock.date_of(at)):
        last = full_date(condition.due)
        raise WrongState(say("It lapsed at the end of {day}. Ask for the mandate again.", day=last))
    if condition.decision.deal.status == Deal.Status.LOST:
        raise WrongState(
            say("{deal} is lost: nothing hangs on this any more.", deal=condition.decision.deal.number)
        )


def keep(
    condition: Condition, deal: Deal, *, by: User, shown: Shown, at: datetime, copies: list[Path]
) -> Evidence:
    """Write it down. Its file is copied, and named in `copies` for who removes it if nothing comes of it."""
    if not shown:
        raise Invalid(say("Say what shows that it was done, or choose a file."), field="text")
    if len(shown.text.strip()) > LONGEST:
        raise Invalid(say("Say it in at most {count} letters.", count=LONGEST), field="text")
    evidence = Evidence(condition=condition, text=shown.text.strip(), by=by, at=at)
    if shown.file:
        refuse_file(shown.file)
        evidence.name = called(shown.file)
        evidence.size = shown.file.size or 0
        evidence.path, evidence.sha256 = stored(shown.file, FOLDER, copies)
    evidence.save(force_insert=True)
    seal = {"sha256": evidence.sha256} if evidence.path else {}
    said: dict[str, Any] = {"evidence": evidence.pk, "text": canonical.digest(evidence.text), **seal}
    record(deal.stream, "condition.evidenced", by=by, at=at, condition=condition.pk, **said)
    return evidence
