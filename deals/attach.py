"""Attaching files to a deal, and taking them from view again. Neither touches its terms: nothing reopens."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from base import clock
from base import format as show
from base.errors import Invalid, WrongState
from base.words import say
from deals.files import called, refuse_file, stored, unless_kept
from deals.models import Attachment, Deal
from deals.share import refuse_stranger
from ledger.record import record
from people.models import User

FOLDER = "attachments"
MOST_FILES = 50  # in view, of one deal
MOST_MB = 200  # of one deal, also of files that were taken from view
MOST = MOST_MB * 1024 * 1024  # bytes

Files = Sequence["UploadedFile[Any]"]


@transaction.atomic
def attach(deal: Deal, *, by: User, files: Files) -> list[Attachment]:
    """Keep all of `files` with the deal, or none. Who may see the deal may read them.

    Raises NotYours, Invalid (no file, too many, too large, not of a kind that is kept; each named)."""
    at = clock.now()
    with unless_kept() as copies:
        deal = Deal.objects.lock(deal.pk)
        refuse_stranger(deal, by)
        refuse_files(deal, files)
        return [keep(deal, by=by, file=file, at=at, copies=copies) for file in files]


def keep(deal: Deal, *, by: User, file: "UploadedFile[Any]", at: datetime, copies: list[Path]) -> Attachment:
    path, sha256 = stored(file, FOLDER, copies)
    kept = Attachment.objects.create(
        deal=deal, name=called(file), path=path, size=file.size or 0, sha256=sha256, by=by, at=at
    )
    record(deal.stream, "file.attached", by=by, at=at, attachment=kept.pk, sha256=sha256)
    return kept


def refuse_files(deal: Deal, files: Files) -> None:
    if not files:
        raise Invalid(say("Choose a file first."), field="file")
    faults = []
    for file in files:
        try:
            refuse_file(file)
        except Invalid as refusal:
            faults.append(refusal.message)
    if faults:
        raise Invalid(" ".join(faults), field="file")
    kept = deal.attachments.in_view().count()
    if kept + len(files) > MOST_FILES:
        number = show.number(kept)
        raise Invalid(
            say(
                "{deal} has {number} files, and keeps at most {most}. Remove what is not needed.",
                deal=deal.number,
                number=number,
                most=MOST_FILES,
            ),
            field="file",
        )
    held = deal.attachments.aggregate(all=Sum("size"))["all"] or 0
    if held + sum(file.size or 0 for file in files) > MOST:
        raise Invalid(
            say(
                "The files of {deal} would take more than {most} MB together, with those that were removed. "
                "Attach a smaller one.",
                deal=deal.number,
                most=MOST_MB,
            ),
            field="file",
        )


@transaction.atomic
def remove_file(attachment: Attachment, *, by: User) -> Attachment:
    """Take it from view. That it was there, its hash, and who removed it when, stay known.

    Raises NotYours, WrongState (removed already)."""
    at = clock.now()
    deal = Deal.objects.lock(attachment.deal_id)
    refuse_stranger(deal, by)
    kept = Attachment.objects.select_related("removed_by").get(pk=attachment.pk)
    if kept.removed_at and kept.removed_by:
        raise WrongState(say("{name} removed {kept} already.", name=kept.removed_by.name, kept=kept.name))
    kept.removed_at, kept.removed_by = at, by
    kept.save(update_fields=["removed_at", "removed_by"])
    record(deal.stream, "file.removed", by=by, at=at, attachment=kept.pk)
    return kept
