"""What shows that a task was done. Files are kept under names of our own, outside what is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.models import Condition, Evidence
from approvals.pools import conflicted, may_hold
from approvals.told_in_return import about_task, write_to
from base import canonical, clock
from base.errors import Invalid, NotYours, WrongState
from deals.models import Deal
from deals.share import may_edit
from ledger.effects import ring
from ledger.record import record
from people.models import User

MOST_MB = 10
MOST = MOST_MB * 1024 * 1024  # bytes
LONGEST = 2000  # letters
ZIPPED = b"PK\x03\x04"
KINDS = {
    # ending: how such a file begins
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".docx": ZIPPED,
    ".xlsx": ZIPPED,
    ".pptx": ZIPPED,
    ".txt": b"",
    ".csv": b"",
    ".eml": b"",
}


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


@contextmanager
def unless_kept() -> Iterator[list[Path]]:
    """Copies made in here are removed again when what is done in here fails: a file knows of no rollback. One
    that is left because the machine died before the commit belongs to no row, and nobody finds it."""
    copies: list[Path] = []
    try:
        yield copies
        copies.clear()
    finally:
        for path in copies:
            path.unlink(missing_ok=True)


def refuse_outsider(condition: Condition, deal: Deal, by: User, *, at: datetime) -> None:
    if condition.owner_id != by.pk and not may_edit(deal, by) and not may_mark(condition, deal, by, at=at):
        owner = condition.owner.name if condition.owner else ""
        raise NotYours(f"{owner} sees to this. The deal team and who asked for it may hand in evidence too.")


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
        day = f"{condition.met_at.astimezone(clock.company_zone()):%d %B at %H:%M}"
        raise WrongState(f"{condition.met_by.name} marked it met on {day}.")
    if condition.lapsed_at or (condition.due and condition.due < clock.date_of(at)):
        raise WrongState(f"It lapsed at the end of {condition.due:%d %B %Y}. Ask for the mandate again.")
    if condition.decision.deal.status == Deal.Status.LOST:
        raise WrongState(f"{condition.decision.deal.number} is lost: nothing hangs on this any more.")


def keep(
    condition: Condition, deal: Deal, *, by: User, shown: Shown, at: datetime, copies: list[Path]
) -> Evidence:
    """Write it down. Its file is copied, and named in `copies` for who removes it if nothing comes of it."""
    if not shown:
        raise Invalid("Say what shows that it was done, or choose a file.", field="text")
    if len(shown.text.strip()) > LONGEST:
        raise Invalid(f"Say it in at most {LONGEST} letters.", field="text")
    evidence = Evidence(condition=condition, text=shown.text.strip(), by=by, at=at)
    if shown.file:
        refuse_file(shown.file)
        evidence.name = called(shown.file)
        evidence.size = shown.file.size or 0
        evidence.path, evidence.sha256 = stored(shown.file, copies)
    evidence.save(force_insert=True)
    seal = {"sha256": evidence.sha256} if evidence.path else {}
    said: dict[str, Any] = {"evidence": evidence.pk, "text": canonical.digest(evidence.text), **seal}
    record(deal.stream, "condition.evidenced", by=by, at=at, condition=condition.pk, **said)
    return evidence


def refuse_file(file: "UploadedFile[Any]") -> None:
    """Raise Invalid for one that is too large, empty, or not of a kind that is kept: it is known by its
    ending, and begins as such a file does."""
    name, ending = called(file), Path(called(file)).suffix.lower()
    if (file.size or 0) > MOST:
        raise Invalid(f"{name} is larger than {MOST_MB} MB.", field="file")
    if not file.size:
        raise Invalid(f"{name} is empty.", field="file")
    if ending not in KINDS:
        kinds = ", ".join(one.removeprefix(".").upper() for one in KINDS)
        raise Invalid(f"{name} cannot be kept as evidence. These can: {kinds}.", field="file")
    start = file.read(len(KINDS[ending]) or 1024)
    file.seek(0)
    if not start.startswith(KINDS[ending]) or (not KINDS[ending] and b"\0" in start):
        raise Invalid(f"{name} is not what its name says. Save it again and choose that.", field="file")


def called(file: "UploadedFile[Any]") -> str:
    """Its own name without the folder it came from, and without what no file name holds."""
    name = Path((file.name or "").replace("\\", "/")).name
    shown = "".join(letter for letter in name if letter.isprintable()) or "evidence"
    stem, ending = Path(shown).stem, Path(shown).suffix
    return f"{stem[: 150 - len(ending)]}{ending}"


def stored(file: "UploadedFile[Any]", copies: list[Path]) -> tuple[str, str]:
    """Copied block by block: where below MEDIA_ROOT, and the hash of what it holds."""
    folder, seal = Path(settings.MEDIA_ROOT) / "evidence", sha256()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid4().hex
    copies.append(path)
    with path.open("xb") as copy:
        for block in file.chunks():
            seal.update(block)
            copy.write(block)
    return str(path.relative_to(settings.MEDIA_ROOT)), seal.hexdigest()
