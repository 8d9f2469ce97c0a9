"""A file of past deals to bring in, and the mapping that says what its columns mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from base.errors import Invalid
from base.words import mark, say, say_many
from deals.importing.beginning import begin_mapping
from deals.importing.mapping import Mapped, MappingErrors, Mistake, load
from deals.importing.reading import SAMPLE
from desk.uploads import MOST_MB

LONGEST = 200_000  # letters of a mapping; the ones we know have 2,000
TOO_LARGE = mark(
    "Together the files are larger than {most} MB, so nothing of them was kept. Send fewer rows at once."
)

SHEET = mark("{file} is a spreadsheet. Save the sheet as CSV and choose that.")
PICTURE = mark("{file} is a picture. Rows come as CSV or another text.")
NO_TEXT = {
    b"PK\x03\x04": SHEET,
    b"\xd0\xcf\x11\xe0": SHEET,
    b"%PDF": mark("{file} is a PDF. Rows come as CSV or another text."),
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"\x1f\x8b": mark("{file} is compressed. Unpack it and choose what is in it."),
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
        label=_("Mapping"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "A text in TOML that says which column is what. Without one, a start is written from the file."
        ),
        widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}),
    )
    written = forms.CharField(
        label=_("The mapping as it is read"),
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
            self.add_error("mapping", self.lack_mapping())

    def lack_mapping(self) -> str:
        return say("Choose the mapping: the text that says what the columns mean.")

    def read_text(self) -> str:
        chosen: UploadedFile[Any] | None = self.cleaned_data.get("mapping")
        if chosen is None:
            return str(self.cleaned_data.get("written", "")).replace("\r\n", "\n").strip("\n")
        if (chosen.size or 0) > LONGEST:
            return self.refuse_mapping(
                say("{file} is too long for a mapping. Is it the file of deals?", file=chosen.name)
            )
        try:
            text = bytes(chosen.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.refuse_mapping(
                say("{file} is no text in UTF-8. Is it the file of deals?", file=chosen.name)
            )
        if not text.strip() or "\0" in text:
            return self.refuse_mapping(say("{file} is empty.", file=chosen.name))
        return text.replace("\r\n", "\n")

    def refuse_mapping(self, why: str) -> str:
        self.add_error("mapping", why)
        return ""

    def take(self, mistakes: Iterable[Mistake]) -> None:
        """Mistakes of the mapping, found in it or only beside the file."""
        self.mistakes = tuple(mistakes)
        words = say_many(
            "{count} mistake in the mapping.", "{count} mistakes in the mapping.", len(self.mistakes)
        )
        self.add_error("written", words)

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
        label=_("File of past deals"),
        help_text=format_lazy(
            _("CSV or another text with one row for each deal or line. At most {most} MB in all."),
            most=MOST_MB,
        ),
        error_messages={
            "required": _("Choose the file of past deals."),
            "empty": _("This file is empty: it has not even a header row."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    dry_run = forms.BooleanField(label=_("Only check every row, write no deal"), required=False)

    def __init__(self, data: Any = None, files: Any = None, too_large: bool = False) -> None:
        super().__init__(data, files)
        self.too_large = too_large

    def clean(self) -> None:
        if self.too_large:
            self.errors.clear()
            self.add_error("file", say(TOO_LARGE, most=MOST_MB))
            return
        super().clean()
        for table in self.table_fields:
            if not self.files.get(table.field):
                self.table_mistakes[table.name] = say("Choose this file too.")
        if self.table_mistakes:
            self.add_error(None, say("The mapping looks things up in further files. Choose each of them."))

    def lack_mapping(self) -> str:
        """A start is written for it from the first row of the file, to look at and send with it."""
        chosen: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if chosen is None:
            return super().lack_mapping()
        name = str(chosen.name)
        self.text = begin_mapping(bytes(chosen.read(SAMPLE)), slugify(Path(name).stem) or "import")
        chosen.seek(0)
        if not self.text:
            return super().lack_mapping()
        return say(
            "There is no mapping yet. Below is a start, written from the columns of {file}: look at each "
            "line, then look into it again.",
            file=name,
        )

    def clean_file(self) -> "UploadedFile[Any]":
        """Whatever begins like something that is no text is called by its name."""
        chosen: UploadedFile[Any] = self.cleaned_data["file"]
        start = chosen.read(4)
        chosen.seek(0)
        for beginning, what in NO_TEXT.items():
            if start.startswith(beginning):
                raise forms.ValidationError(say(what, file=chosen.name))
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
