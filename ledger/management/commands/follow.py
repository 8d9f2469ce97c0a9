from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ledger.follow import again, follow
from ledger.models import Follower


class Command(BaseCommand):
    help = "Hand the events of the ledger to those who follow it, as every sweep does; say how far each is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again",
            choices=sorted(settings.FOLLOWERS),
            metavar="NAME",
            help="send this follower back to the first event, so that it builds everything anew",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            again(options["again"])
        for name in settings.FOLLOWERS:
            count = follow(name)
            follower = Follower.objects.get(name=name)
            self.stdout.write(f"{name}: {count} events, now at {follower.txid} {follower.event}")
            if follower.last_error:
                self.stderr.write(f"{name} stands still. {follower.last_error}")
