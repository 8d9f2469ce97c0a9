from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base import clock
from dealdesk.place import Failed
from dealdesk.restore import restore


class Command(BaseCommand):
    help = "Put a backup into an empty database, verify the ledger, say what was verified."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that `backup` wrote")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            report = restore(folder.absolute(), at=clock.now(), tell=self.stdout.write)
        except Failed as failure:
            raise CommandError(f"Nothing was restored: {failure}") from failure
        for fault in report.faults:
            self.stdout.write(self.style.ERROR(str(fault)))
        said = f"{report.events} events in {report.streams} streams read, with the backup's checkpoint"
        if report.faults:
            raise CommandError(f"{said}, {len(report.faults)} faults.")
        self.stdout.write(self.style.SUCCESS(f"{said}, nothing wrong."))
