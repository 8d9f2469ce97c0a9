from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from base import clock
from dealdesk.rights import as_owner
from ledger.adopt import adopt


class Command(BaseCommand):
    help = (
        "After the database was taken to another server by other means than `restore`, and before the "
        "product starts there: let the numbers of its record go on. Signs in as DATABASE_OWNER_URL."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with as_owner():
                adopted = adopt(at=clock.now())
        except ProgrammingError as error:
            raise CommandError(
                f"Only the owner of the tables may do this: set DATABASE_OWNER_URL. {error}"
            ) from error
        if adopted is None:
            self.stdout.write("Nothing to do: this server counts on from where the record ends.")
            return
        self.stdout.write(f"The record goes on from {adopted.base} on this server.")
        if adopted.again:
            self.stdout.write(
                "Events were written here before: every follower begins again at the first one."
            )
