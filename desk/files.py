"""The files of a deal: what was attached, what was handed in as evidence, and how one is downloaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.urls import reverse

from approvals.models import Evidence
from base.words import say
from deals.models import Attachment, Deal
from people.models import User

# a file of someone else's is never part of our pages, even where a browser opens it in place
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Kept:
    """One file. `about`: where it came from, in words, at `page`. `pk`: of what may be removed."""

    name: str
    url: str
    size: int
    sha256: str
    by: User
    at: datetime
    about: str
    page: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Files:
    kept: tuple[Kept, ...]
    removed: tuple[Attachment, ...]


def files_of(deal: Deal) -> Files:
    """The newest first. Three queries, however many there are."""
    attached = list(deal.attachments.select_related("by", "removed_by"))
    revisions = list(deal.revisions.order_by("created_at").values_list("created_at", "number"))
    shown = Evidence.objects.filter(condition__decision__deal=deal).exclude(path="").select_related("by")
    kept = [*attachments(deal, attached, revisions), *evidence(shown)]
    return Files(
        kept=tuple(sorted(kept, key=lambda one: one.at, reverse=True)),
        removed=tuple(one for one in attached if one.removed_at),
    )


def attachments(
    deal: Deal, attached: Iterable[Attachment], revisions: Sequence[tuple[datetime, int]]
) -> Iterable[Kept]:
    for one in attached:
        if one.removed_at is None:
            url = reverse("desk:file", args=[deal.number, one.pk])
            about = since(one.at, revisions)
            yield Kept(one.name, url, one.size, one.sha256, one.by, one.at, about, pk=one.pk)


def since(at: datetime, revisions: Sequence[tuple[datetime, int]]) -> str:
    """Where in the story of the deal: which revision was the last one then."""
    number = max((number for sent, number in revisions if sent <= at), default=0)
    return say("After revision {n} was sent", n=number) if number else say("Before anything was sent")


def evidence(shown: Iterable[Evidence]) -> Iterable[Kept]:
    about = say("Evidence of a condition")
    for one in shown:
        url = reverse("desk:evidence", args=[one.condition_id, one.pk])
        page = reverse("desk:condition", args=[one.condition_id])
        yield Kept(one.name, url, one.size, one.sha256, one.by, one.at, about, page)


def download(path: str, name: str) -> FileResponse:
    """Always a file of its own, never shown in a page, whatever it holds. Raises Http404 when it is gone."""
    place = Path(settings.MEDIA_ROOT) / path
    if not place.is_file():
        raise Http404
    octets = "application/octet-stream"
    answer = FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type=octets)
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
