from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo.sign_in import lines
from desk.demo.world import PAST, make_world, open_requests_beside
from people.models import User

SECONDS = 25  # for all past deals, on a small machine


class Command(BaseCommand):
    help = "Fill an empty database with a made-up company, its people, catalogue and deals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing if there are people already.")
        parser.add_argument("--who", action="store_true", help="Only say who can sign in.")
        parser.add_argument(
            "--past", type=int, default=PAST, help=f"How many past deals, {PAST} if not said; 0: named ones."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["who"]:
            self.stdout.writelines(f"{line}\n" for line in lines())
        elif settings.PRODUCTION:
            raise CommandError("The demo's people have a password that everyone knows: not in production.")
        elif not User.objects.exists():
            self.make(options["past"])
        elif not options["if_empty"]:
            raise CommandError("There are people in this database already; the demo fills only an empty one.")

    def make(self, past: int) -> None:
        if past:
            of = f"{past} past deals, {open_requests_beside(past)} open requests"
            self.say(f"Making the demo world: {of}, about {5 + past * SECONDS // PAST} s.\n")
        make_world(past, on_progress=self.show)
        self.say("Helio GmbH is ready.\n")

    def show(self, done: int, of: int) -> None:
        """One line that is written over, where somebody may be looking."""
        if self.stdout.isatty():
            self.say(f"\r{done} of {of} deals" + ("\n" if done == of else ""))

    def say(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()
