"""How much a page takes in one form: the files of a larger one are read past, and never stored."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MOST_MB = 100
MOST = MOST_MB * 1024 * 1024  # bytes of a whole form


class Bounded(FileUploadHandler):
    """First of settings.FILE_UPLOAD_HANDLERS. The form then finds no file; `too_large` says why."""

    too_large = False

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, Any], content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        self.too_large = content_length > MOST

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None


def too_large(request: HttpRequest) -> bool:
    """Whether this form carries more than `MOST` bytes, whatever it says of itself."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST
