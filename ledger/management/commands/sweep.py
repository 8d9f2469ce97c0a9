import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from base import clock
from ledger.claim import waiting
from ledger.sweep import sweep

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do everything that is due: once (from cron, without Celery), or every 15 seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one sweep, then exit (the default)")
        how.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--every", type=float, default=15.0, metavar="SECONDS", help="pause of --loop")

    def handle(self, *args: Any, loop: bool, every: float, **options: Any) -> None:
        if not loop:
            self.stdout.write(f"{sweep(clock.now())} effects tried")
        while loop:
            if not busy():
                time.sleep(every)
            close_old_connections()


def busy() -> bool:
    """One sweep. Whether more is due already; a database that does not answer is asked again later."""
    try:
        return bool(sweep(clock.now())) and waiting(clock.now())
    except (OperationalError, InterfaceError) as error:
        log.error("no sweep, the database does not answer: %s", str(error).strip())
        return False
