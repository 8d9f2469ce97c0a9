import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from base import clock
from ledger.sweep import sweep


class Command(BaseCommand):
    help = "Do everything that is due: once (from cron, without Celery), or every 15 seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one sweep, then exit (the default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--every", type=float, default=15.0, metavar="SECONDS", help="pause of --loop")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        self.stdout.write(f"{sweep(clock.now())} effects tried")
        while loop:
            time.sleep(every)
            close_old_connections()
            sweep(clock.now())
