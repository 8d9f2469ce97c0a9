from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base import clock
from base.errors import DomainError
from guardrails import toml
from guardrails.errors import NotReviewed
from guardrails.holders import strangers, unheld
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from guardrails.publish import publish
from guardrails.review import review
from people.models import User


class Command(BaseCommand):
    help = "Check, load, review, publish and export versions of the policy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
        check = verbs.add_parser("check", help="name every mistake of a file, with its line")
        check.add_argument("file", type=Path)
        draft = verbs.add_parser("load", help="keep a file as a draft")
        draft.add_argument("file", type=Path)
        agree = verbs.add_parser("review", help="agree to somebody else's draft")
        agree.add_argument("number", type=int)
        start = verbs.add_parser("publish", help="let a reviewed version judge")
        start.add_argument("number", type=int)
        start.add_argument(
            "--from", dest="start", type=date.fromisoformat, help="a day, as 2026-07-01; else now"
        )
        for each in (draft, agree, start):
            each.add_argument("--by", required=True, help="who does it, by e-mail address")
        export = verbs.add_parser("export", help="write the text of a version out as it was loaded")
        export.add_argument("number", type=int)

    def handle(self, *, verb: str, **options: Any) -> None:
        """The command line is where refusals are put into words for whoever types."""
        try:
            VERBS[verb](self, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def check_file(self, options: dict[str, Any]) -> None:
        text = written(options["file"])
        try:
            policy = toml.load(text)
        except toml.PolicyErrors as errors:
            raise CommandError(str(errors)) from errors
        missing = self.warn_of_unheld(policy)
        if unknown := strangers(policy):
            raise CommandError(f"Nobody who may sign in has the address {', '.join(unknown)}.")
        if missing:
            what = "1 level is" if missing == 1 else f"{missing} levels are"
            raise CommandError(f"{what} held by nobody: give someone authority first.")
        self.stdout.write(
            f"{policy.name}: {len(policy.ladders)} ladders, {len(policy.clauses)} clauses, no mistake"
        )

    def load_file(self, options: dict[str, Any]) -> None:
        version = load(written(options["file"]), by=person(options["by"]), typed=True)
        self.stdout.write(f"{version.name} is {version.status}, {version.sha256}")

    def review_version(self, options: dict[str, Any]) -> None:
        version = review(numbered(options["number"]), by=person(options["by"]), typed=True)
        self.stdout.write(f"{version.name} is reviewed")

    def publish_version(self, options: dict[str, Any]) -> None:
        start = options["start"] and datetime.combine(options["start"], time(), tzinfo=clock.company_zone())
        draft = numbered(options["number"])
        try:
            version = publish(draft, by=person(options["by"]), effective_from=start, typed=True)
        except NotReviewed as refusal:
            how = f"A second person: manage.py policy review {draft.number} --by …"
            raise CommandError(f"{refusal.message} {how}") from refusal
        self.warn_of_unheld(version.policy)
        self.stdout.write(f"{version.name} judges from {version.effective_from:%Y-%m-%d %H:%M} UTC on")

    def export_version(self, options: dict[str, Any]) -> None:
        self.stdout.write(numbered(options["number"]).text, ending="")

    def warn_of_unheld(self, policy: Policy) -> int:
        missing = unheld(policy, clock.today())
        for level in missing:
            self.stderr.write(f"nobody holds {level.name}: {level.function} level {level.rank}")
        return len(missing)


VERBS = {
    "check": Command.check_file,
    "load": Command.load_file,
    "review": Command.review_version,
    "publish": Command.publish_version,
    "export": Command.export_version,
}


def written(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error


def person(email: str) -> User:
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"There is no {email} who may sign in.")
    return user


def numbered(number: int) -> PolicyVersion:
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise CommandError(f"There is no policy v{number}.")
    return version
