"""Files of a deal: who attaches and removes them, which are kept, where, and what is known of them after."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction

from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals import attach as verbs
from deals.attach import attach, remove_file
from deals.files import MOST
from deals.models import Attachment, Deal
from deals.share import share
from ledger.models import Event
from tests.cast import Cast

PDF = b"%PDF-1.7 terms of the buyer"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file(name: str = "terms.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def packed(*parts: str) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as zipped:
        for part in parts:
            zipped.writestr(part, "x")
    return held.getvalue()


def left(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_lies_under_a_name_nobody_can_guess_and_its_hash_is_kept(
    brandt: Deal, cast: Cast, media: Path
) -> None:
    before = (brandt.version, brandt.updated_at)

    (kept,) = attach(brandt, by=cast.maya, files=[file("C:\\in\\../te\nrms.pdf")])

    assert (kept.name, kept.size, kept.sha256) == ("terms.pdf", len(PDF), sha256(PDF).hexdigest())
    assert (media / kept.path).read_bytes() == PDF
    assert kept.path.startswith("attachments/") and "terms" not in kept.path
    event = Event.objects.get(kind="file.attached")
    assert (event.actor, event.facts["attachment"], event.facts["sha256"]) == (
        cast.maya,
        kept.pk,
        kept.sha256,
    )
    brandt.refresh_from_db()
    assert (brandt.version, brandt.updated_at) == before


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("terms.exe", b"MZ", "cannot be kept"),
        ("terms.svg", b"<svg>", "cannot be kept"),
        ("terms.pdf", b"<script>", "not what its name says"),
        ("terms.txt", b"a" * 70_000 + b"\0", "not what its name says"),
        ("terms.docx", b"PK\x03\x04", "not what its name says"),
        ("terms.docx", packed("[Content_Types].xml", "xl/workbook.xml"), "not what its name says"),
        ("terms.pdf", b"", "is empty"),
        ("terms.pdf", PDF + b" " * MOST, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else len(value),
)
def test_one_wrong_file_keeps_all_of_them_out_and_is_named(
    brandt: Deal, cast: Cast, media: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(Invalid, match=f"{name}.*{why}") as refusal:
        attach(brandt, by=cast.maya, files=[file(), file(name, content)])
    assert refusal.value.field == "file"
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(kind="file.attached").exists()
    assert left(media) == []


def test_office_files_are_known_by_their_parts(brandt: Deal, cast: Cast) -> None:
    for ending, part in (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/")):
        content = packed("[Content_Types].xml", f"{part}main.xml")
        assert attach(brandt, by=cast.maya, files=[file(f"a.{ending}", content)])


def test_a_deal_keeps_so_many_files_in_view_and_so_much_altogether(
    brandt: Deal, cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "MOST_FILES", 2)
    monkeypatch.setattr(verbs, "MOST", 3 * len(PDF))
    first, _ = attach(brandt, by=cast.maya, files=[file(), file()])
    with pytest.raises(Invalid, match="has 2 files, and keeps at most 2"):
        attach(brandt, by=cast.maya, files=[file()])
    remove_file(first, by=cast.maya)
    attach(brandt, by=cast.maya, files=[file()])
    remove_file(Attachment.objects.in_view().latest("pk"), by=cast.maya)
    with pytest.raises(Invalid, match="with those that were removed"):
        attach(brandt, by=cast.maya, files=[file()])
    assert len(left(media)) == Attachment.objects.count() == 3


def test_nothing_chosen_is_refused(brandt: Deal, cast: Cast) -> None:
    with pytest.raises(Invalid, match="Choose a file first"):
        attach(brandt, by=cast.maya, files=[])


@pytest.mark.parametrize("who", ["marcus", "ines", "elena", "henrik"])
def test_only_who_works_on_the_deal_attaches_and_removes(
    brandt: Deal, cast: Cast, media: Path, who: str
) -> None:
    (kept,) = attach(brandt, by=cast.maya, files=[file()])
    stranger = getattr(cast, who)
    with pytest.raises(NotYours):
        attach(brandt, by=stranger, files=[file()])
    with pytest.raises(NotYours):
        remove_file(kept, by=stranger)
    assert Attachment.objects.in_view().get() == kept
    assert len(left(media)) == 1


def test_a_copy_goes_when_what_comes_after_it_fails(
    brandt: Deal, cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError

    monkeypatch.setattr(verbs, "record", fail)
    with pytest.raises(ValueError), transaction.atomic():
        attach(brandt, by=cast.maya, files=[file()])
    assert left(media) == []
    assert not Attachment.objects.exists()


def test_removing_leaves_the_row_with_who_and_when_and_happens_once(
    brandt: Deal, cast: Cast, media: Path
) -> None:
    (kept,) = attach(brandt, by=cast.maya, files=[file()])
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    gone = remove_file(kept, by=cast.arjun)
    assert (gone.removed_by, gone.sha256) == (cast.arjun, kept.sha256)
    assert gone.removed_at is not None
    assert Event.objects.get(kind="file.removed").facts["attachment"] == kept.pk
    with pytest.raises(WrongState, match=r"Arjun Mehta removed terms\.pdf already"):
        remove_file(kept, by=cast.maya)
    assert Event.objects.filter(kind="file.removed").count() == 1


def test_the_database_lets_nobody_change_or_delete_what_was_attached(brandt: Deal, cast: Cast) -> None:
    (kept,) = attach(brandt, by=cast.maya, files=[file()])
    kept.name = "other.pdf"
    with pytest.raises(InternalError), transaction.atomic():
        kept.save()
    with pytest.raises(InternalError), transaction.atomic():
        kept.delete()
    assert Attachment.objects.get().name == "terms.pdf"
