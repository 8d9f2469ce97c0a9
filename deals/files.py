"""Files that people hand in: which are kept, and where. They lie under names of our own, outside what is
served; a file knows of no rollback, so who keeps one removes it again when nothing comes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from base.errors import Invalid
from base.words import say

MOST_MB = 10
MOST = MOST_MB * 1024 * 1024  # bytes
LONGEST = 150  # letters of a name
PDF, PNG, JPEG, ZIPPED = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"
KINDS = {
    # ending: how such a file begins; nothing: text
    ".pdf": PDF,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".docx": ZIPPED,
    ".xlsx": ZIPPED,
    ".pptx": ZIPPED,
    ".txt": b"",
    ".csv": b"",
    ".eml": b"",
}
OFFICE = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}  # what its parts are called
ACCEPT = ",".join(KINDS)
HELP = format_lazy(_("PDF, picture, text or Office file, at most {most} MB each."), most=MOST_MB)


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


def refuse_file(file: "UploadedFile[Any]") -> None:
    """Raise Invalid for one that is too large, empty, or not of a kind that is kept: it is known by its
    ending, and holds what such a file holds."""
    name, ending = called(file), Path(called(file)).suffix.lower()
    if (file.size or 0) > MOST:
        raise Invalid(say("{name} is larger than {most} MB.", name=name, most=MOST_MB), field="file")
    if not file.size:
        raise Invalid(say("{name} is empty. Choose it again.", name=name), field="file")
    if ending not in KINDS:
        kinds = ", ".join(one.removeprefix(".").upper() for one in KINDS)
        raise Invalid(say("{name} cannot be kept. These can: {kinds}.", name=name, kinds=kinds), field="file")
    if not genuine(file, ending):
        raise Invalid(
            say("{name} is not what its name says. Save it again and choose that.", name=name), field="file"
        )


def genuine(file: "UploadedFile[Any]", ending: str) -> bool:
    """Whether it holds what its ending promises. Reads it from its beginning, and leaves it there."""
    start = file.read(len(KINDS[ending]))
    file.seek(0)
    if not start.startswith(KINDS[ending]):
        return False
    if ending in OFFICE:
        return office(file, OFFICE[ending])
    whole = bool(KINDS[ending]) or not any(b"\0" in block for block in file.chunks())
    file.seek(0)
    return whole


def office(file: "UploadedFile[Any]", parts: str) -> bool:
    try:
        with ZipFile(file) as packed:
            names = packed.namelist()
    except BadZipFile:
        return False
    finally:
        file.seek(0)
    return "[Content_Types].xml" in names and any(name.startswith(parts) for name in names)


def called(file: "UploadedFile[Any]") -> str:
    """Its own name without the folder it came from, and without what no file name holds."""
    name = Path((file.name or "").replace("\\", "/")).name
    shown = "".join(letter for letter in name if letter.isprintable()) or "file"
    stem, ending = Path(shown).stem, Path(shown).suffix
    return f"{stem[: LONGEST - len(ending)]}{ending}"


def stored(file: "UploadedFile[Any]", folder: str, copies: list[Path]) -> tuple[str, str]:
    """Copied block by block into `folder`, under a name nobody can guess. Says where, below MEDIA_ROOT, and
    the hash of what it holds. The copy is named in `copies` first, so that it goes when the rest fails."""
    place, seal = Path(settings.MEDIA_ROOT) / folder, sha256()
    place.mkdir(parents=True, exist_ok=True)
    path = place / uuid4().hex
    copies.append(path)
    with path.open("xb") as copy:
        for block in file.chunks():
            seal.update(block)
            copy.write(block)
    return str(path.relative_to(settings.MEDIA_ROOT)), seal.hexdigest()
