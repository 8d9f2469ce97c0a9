from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desk.demo.sign_in import lines
from desk.demo.world import make_world
from people.models import User


class Command(BaseCommand):
    help = "Fill an empty database with a made-up company, its people, catalogue and deals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing if there are people already.")
        parser.add_argument("--who", action="store_true", help="Only say who can sign in.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["who"]:
            self.stdout.writelines(f"{line}\n" for line in lines())
        elif settings.PRODUCTION:
            raise CommandError("The demo's people have a password that everyone knows: not in production.")
        elif not User.objects.exists():
            make_world()
            self.stdout.write("Helio GmbH is ready.")
        elif not options["if_empty"]:
            raise CommandError("There are people in this database already; the demo fills only an empty one.")
