from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import verify as ledger


class Command(BaseCommand):
    help = ledger.__doc__ or ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", help="only this one, as in deal:1284")
        parser.add_argument(
            "--checkpoint", type=Path, metavar="FILE", help="compare with an exported checkpoint"
        )
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="write a new checkpoint, if nothing is wrong; daily"
        )

    def handle(
        self, *args: Any, stream: str | None, checkpoint: Path | None, export: Path | None, **options: Any
    ) -> None:
        if stream and export:
            raise CommandError("A checkpoint holds every stream: --export goes without --stream.")
        report = ledger.verify(stream, checkpoint=heads_in(checkpoint) if checkpoint else None)
        for fault in report.faults:
            self.stdout.write(self.style.ERROR(str(fault)))
        said = f"{report.events} events in {report.streams} streams read"
        if report.faults:
            raise CommandError(f"{said}, {len(report.faults)} faults.", returncode=1)
        if export:
            write_new(export, ledger.export(report.heads))
        self.stdout.write(self.style.SUCCESS(f"{said}, nothing wrong."))


def heads_in(file: Path) -> ledger.Heads:
    try:
        return ledger.read(file.read_text())
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(f"{file} cannot be read as a checkpoint: {error}") from error


def write_new(file: Path, text: str) -> None:
    try:
        with file.open("x") as out:
            out.write(text)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error}") from error
