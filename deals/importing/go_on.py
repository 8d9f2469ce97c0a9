"""Finding the import of a file that was begun and not ended."""

from hashlib import sha256
from typing import IO

from deals.importing.reading import BLOCK
from deals.models import Import


def unfinished(file: IO[bytes], mapping: str, *, dry_run: bool) -> Import | None:
    """The newest import of just this file and mapping that was begun and has not ended; rewinds the file."""
    seal = sha256()
    while block := file.read(BLOCK):
        seal.update(block)
    file.seek(0)
    begun = Import.objects.filter(status=Import.Status.RUNNING, sha256=seal.hexdigest())
    return begun.filter(mapping=mapping, dry_run=dry_run).order_by("-pk").first()
