from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.replay import Replayed, replay
from base import clock
from base.errors import DomainError
from guardrails.models import PolicyVersion


class Command(BaseCommand):
    help = "Judge stored revisions again: under their own policy version, and under another one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=date.fromisoformat, required=True, help="first day, as 2026-07-01"
        )
        parser.add_argument("--against", type=int, help="number of the other version; else the one in force")

    def handle(self, *, since: date, against: int | None, **options: Any) -> None:
        other = self.version(against)
        began = datetime.combine(since, time(), tzinfo=clock.company_zone())
        count = differ = damaged = 0
        for one in replay(began, other.policy):
            count += 1
            differ += bool(one.changes)
            damaged += bool(one.broken)
            self.stdout.writelines(f"{line}\n" for line in lines(one, other.name))
        own = "no difference" if not damaged else f"{damaged} differ"
        self.stdout.write(f"{count} revisions judged since {since} judged again.")
        self.stdout.write(f"Under their own versions: {own}. Under {other.name}: {differ} differ.")
        if damaged:
            raise CommandError("A revision does not give again what was judged: look at the lines above.")

    def version(self, number: int | None) -> PolicyVersion:
        """The command line is where refusals are put into words for whoever types."""
        if number is None:
            try:
                return PolicyVersion.objects.in_force(clock.now())
            except DomainError as refusal:
                raise CommandError(refusal.message) from refusal
        found = PolicyVersion.objects.filter(number=number).first()
        if found is None:
            raise CommandError(f"There is no policy v{number}.")
        return found


def lines(one: Replayed, other: str) -> list[str]:
    revision = f"{one.revision.deal.number} revision {one.revision.number}"
    damage = [f"{revision}: DAMAGED under {one.version.name}: {words}" for words in one.broken]
    changes = [
        f"{revision}, {change.function}: {change.before} under {one.version.name}, "
        f"{change.after} under {other}"
        for change in one.changes
    ]
    return damage + changes
