import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.errors import DomainError
from base.format import hours
from deals.importing import refusals
from deals.importing.go_on import unfinished
from deals.importing.mapping import MappingErrors, load
from deals.importing.run import run
from deals.importing.start import judge_by, start
from deals.models import Import

WIDE = 30  # signs of the bar
STEPS = 10  # lines of progress where there is no terminal


class Command(BaseCommand):
    help = "Bring in past deals from a file of rows, as a mapping says. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, required=True, help="TOML: which column is what")
        parser.add_argument(
            "--table", action="append", default=[], metavar="NAME=PATH", help="a table the mapping looks up"
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row, write no deal")
        parser.add_argument("--errors", type=Path, help="where to write the rows that were refused")
        parser.add_argument("--policy", type=int, help="number of the published version that judges")

    def handle(self, *, file: Path, **options: Any) -> None:
        """The command line is where refusals are put into words for whoever types."""
        try:
            import_ = self.begun(file, options)
            bar = Bar(self, import_)
            run(import_, on_progress=bar.draw)
            bar.end()
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.report(import_, options["errors"])

    def begun(self, file: Path, options: dict[str, Any]) -> Import:
        """The import of this file that stopped half-way, else a new one."""
        mapping = written(options["mapping"])
        with ExitStack() as stack:
            opened = stack.enter_context(reading(file))
            before = unfinished(opened, mapping, dry_run=options["dry_run"])
            if before:
                self.stdout.write(f"Going on with import {before.pk}, {before.deals_seen} deals done.")
                return before
            tables = {
                name: stack.enter_context(reading(path))
                for name, path in tables_of(mapping, file, options["table"]).items()
            }
            import_ = start(
                opened, mapping, by=None, name=file.name, tables=tables, dry_run=options["dry_run"]
            )
        self.stdout.write(f"{file.name}: {import_.rows_total} rows, {import_.encoding}.")
        return judge_by(import_, options["policy"]) if options["policy"] else import_

    def report(self, import_: Import, errors: Path | None) -> None:
        if import_.status == Import.Status.FAILED:
            raise CommandError(import_.error)
        would = "would be " if import_.dry_run else ""
        self.stdout.write(
            f"{import_.deals_new} deals {would}new, {import_.deals_same} the same, "
            f"{import_.deals_refused} refused ({import_.rows_refused} rows), "
            f"judged by policy {import_.version.name}."
        )
        if errors and import_.rows_refused:
            with errors.open("w", encoding="utf-8", newline="") as out:
                refusals.write(import_, out)
            self.stdout.write(f"The refused rows are in {errors}.")
        elif import_.rows_refused:
            for one in import_.refusals.all()[:5]:
                self.stderr.write(f"row {one.row}, {one.column or 'deal'} “{one.value}”: {one.reason}")
        if import_.rows_refused and not (import_.deals_new or import_.deals_same):
            raise CommandError("Nothing landed: every row was refused.")


class Bar:
    """Progress with rate and time left: one line that moves on a terminal, else a line for each tenth."""

    def __init__(self, command: Command, import_: Import) -> None:
        self.out = command.stdout
        self.moves = sys.stdout.isatty()
        self.began = time.monotonic()
        self.seen = import_.deals_seen
        self.drawn = -1

    def draw(self, import_: Import) -> None:
        words, share = self.words(import_)
        if self.moves:
            full = int(share * WIDE)
            self.out.write(f"\r[{'█' * full}{'·' * (WIDE - full)}] {words}   ", ending="")
            self.out.flush()
        elif int(share * STEPS) > self.drawn:
            self.drawn = int(share * STEPS)
            self.out.write(words)

    def words(self, import_: Import) -> tuple[str, float]:
        if not import_.staged:
            share = import_.rows_read / import_.rows_total
            return f"{import_.rows_read} of {import_.rows_total} rows read", 0.0 if not self.moves else share
        rate = (import_.deals_seen - self.seen) / max(time.monotonic() - self.began, 0.001)
        left = (import_.deals_total - import_.deals_seen) / rate if rate else 0
        share = import_.deals_seen / import_.deals_total if import_.deals_total else 1.0
        said = f"{import_.deals_seen} of {import_.deals_total} deals, {rate:.0f} a second"
        return f"{said}, {left_words(left)} left", share

    def end(self) -> None:
        if self.moves:
            self.out.write("")


def left_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else hours(round(seconds / 60))


def tables_of(mapping: str, file: Path, given: list[str]) -> dict[str, Path]:
    """Each table's file: as given, else the one the mapping names, beside the main file."""
    try:
        mapped = load(mapping)
    except MappingErrors as errors:
        raise CommandError(str(errors)) from errors
    named = dict(pair.partition("=")[::2] for pair in given)
    if strange := set(named) - set(mapped.tables):
        raise CommandError(f"The mapping has no table {', '.join(sorted(strange))}.")
    return {
        name: Path(named[name]) if name in named else file.parent / table.file
        for name, table in mapped.tables.items()
        if name in named or table.file
    }


def reading(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def written(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
