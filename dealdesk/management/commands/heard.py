import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from base import clock
from dealdesk.pulse import HOST
from ledger.heartbeat import heard
from ledger.models import Heartbeat


class Command(BaseCommand):
    help = "Whether this machine's worker or scheduler said lately that it runs: for health checks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=Heartbeat.Role.values)

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if not heard(Heartbeat.Role(role), HOST, at=clock.now()):
            sys.exit(f"No {role} of {HOST} was heard.")
        self.stdout.write(f"The {role} of {HOST} runs.")
