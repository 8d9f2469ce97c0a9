from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from base.locales import HOUSE, LOCALES
from dealdesk.catalogue import refresh


class Command(BaseCommand):
    help = "Bring the catalogue of a language up to date with what the product says, ready to be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", help=f"one of {', '.join(code for code in LOCALES if code != HOUSE)}")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        if language not in LOCALES or language == HOUSE:
            raise CommandError(
                f"Nobody can choose “{language}”; base/locales.py lists what people may choose."
            )
        count = refresh(settings.BASE_DIR, language)
        self.stdout.write(
            f"{count.path.relative_to(settings.BASE_DIR)}: {count.said} of {count.messages} messages said, "
            f"{count.dropped} went."
        )
