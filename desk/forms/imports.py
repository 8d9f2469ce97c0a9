"""A file of past deals to bring in, and the mapping that says what its columns mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from base.errors import Invalid
from deals.importing.mapping import Mapped, MappingErrors, Mistake, load
from desk.uploads import MOST_MB

LONGEST = 200_000  # letters of a mapping; the ones we know have 2,000
TOO_LARGE = (
    f"Together the files are larger than {MOST_MB} MB, so nothing of them was kept. Send fewer rows at once."
)

SHEET = "is a spreadsheet. Save the sheet as CSV and choose that"
NO_TEXT = {
    b"PK\x03\x04": SHEET,
    b"\xd0\xcf\x11\xe0": SHEET,
    b"%PDF": "is a PDF. Rows come as CSV or another text",
    b"\x89PNG": "is a picture. Rows come as CSV or another text",
    b"\xff\xd8\xff": "is a picture. Rows come as CSV or another text",
    b"\x1f\x8b": "is compressed. Unpack it and choose what is in it",
}


@dataclass(frozen=True, slots=True)
class TableField:
    """Where a further table is chosen. `mistake`: why what was chosen cannot be."""

    name: str
    file: str
    mistake: str

    @property
    def field(self) -> str:
        return f"table-{self.name}"


class Written(forms.Form):
    """A mapping, from a file or as it was corrected on the page. A file that was chosen comes first."""

    mapping = forms.FileField(
        label="Mapping",
        required=False,
        allow_empty_file=True,
        help_text="A text in TOML that says which column is what.",
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
    )
    written = forms.CharField(
        label="The mapping as it is read",
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.mistakes: tuple[Mistake, ...] = ()
        self.mapped: Mapped | None = None
        self.text = ""
        self.table_mistakes: dict[str, str] = {}

    def clean(self) -> None:
        self.text = self.read_text()
        if self.text:
            try:
                self.mapped = load(self.text)
            except MappingErrors as errors:
                self.take(errors.mistakes)
        elif "mapping" not in self.errors:
            self.add_error("mapping", "Choose the mapping: the text that says what the columns mean.")

    def read_text(self) -> str:
        chosen: UploadedFile[Any] | None = self.cleaned_data.get("mapping")
        if chosen is None:
            return str(self.cleaned_data.get("written", "")).replace("\r\n", "\n").strip("\n")
        if (chosen.size or 0) > LONGEST:
            return self.refuse_mapping(f"{chosen.name} is too long for a mapping. Is it the file of deals?")
        try:
            text = bytes(chosen.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.refuse_mapping(f"{chosen.name} is no text in UTF-8. Is it the file of deals?")
        if not text.strip() or "\0" in text:
            return self.refuse_mapping(f"{chosen.name} is empty.")
        return text.replace("\r\n", "\n")

    def refuse_mapping(self, why: str) -> str:
        self.add_error("mapping", why)
        return ""

    def take(self, mistakes: Iterable[Mistake]) -> None:
        """Mistakes of the mapping, found in it or only beside the file."""
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        self.add_error("written", f"{count} mistake{'' if count == 1 else 's'} in the mapping.")

    @property
    def faulty_lines(self) -> list[tuple[Mistake, str]]:
        """Each mistake and what stands on its line."""
        lines = self.text.split("\n")
        return [
            (mistake, lines[mistake.line - 1].strip() if 0 < mistake.line <= len(lines) else "")
            for mistake in self.mistakes
        ]

    @property
    def table_fields(self) -> list[TableField]:
        """Each further table that the mapping looks things up in."""
        tables = self.mapped.tables.values() if self.mapped else ()
        return [
            TableField(table.name, table.file, self.table_mistakes.get(table.name, "")) for table in tables
        ]


class NewImport(Written):
    """With the file, the further tables that the mapping names, and whether to write anything."""

    file = forms.FileField(
        label="File of past deals",
        help_text=f"CSV or another text with one row for each deal or line. At most {MOST_MB} MB in all.",
        error_messages={
            "required": "Choose the file of past deals.",
            "empty": "This file is empty: it has not even a header row.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    dry_run = forms.BooleanField(label="Only check every row, write no deal", required=False)

    def __init__(self, data: Any = None, files: Any = None, too_large: bool = False) -> None:
        super().__init__(data, files)
        self.too_large = too_large

    def clean(self) -> None:
        if self.too_large:
            self.errors.clear()
            self.add_error("file", TOO_LARGE)
            return
        super().clean()
        for table in self.table_fields:
            if not self.files.get(table.field):
                self.table_mistakes[table.name] = "Choose this file too."
        if self.table_mistakes:
            self.add_error(None, "The mapping looks things up in further files. Choose each of them.")

    def clean_file(self) -> "UploadedFile[Any]":
        """Whatever begins like something that is no text is called by its name."""
        chosen: UploadedFile[Any] = self.cleaned_data["file"]
        start = chosen.read(4)
        chosen.seek(0)
        for mark, what in NO_TEXT.items():
            if start.startswith(mark):
                raise forms.ValidationError(f"{chosen.name} {what}.")
        return chosen

    def refuse(self, refusal: Invalid) -> None:
        """What was found wrong once the files were looked into: said beside the one at fault."""
        place, _, table = (refusal.field or "").partition(".")
        if place == "tables":
            self.table_mistakes[table] = refusal.message
        self.add_error(place if place in self.fields else None, refusal.message)

    @property
    def tables(self) -> "dict[str, UploadedFile[Any]]":
        """The further tables that were chosen, by name."""
        chosen: dict[str, UploadedFile[Any]] = {
            table.name: self.files[table.field]  # type: ignore[misc]
            for table in self.table_fields
        }
        return chosen
