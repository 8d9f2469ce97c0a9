from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base import clock
from dealdesk.backup import back_up
from dealdesk.place import Failed
from dealdesk.rights import as_owner


class Command(BaseCommand):
    help = "Write the database and the uploads into a new folder, with the hash of each file; while it runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            with as_owner():
                manifest = back_up(folder.absolute(), at=clock.now())
        except Failed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{folder}: the database and {len(manifest.files) - 2} uploads.")
