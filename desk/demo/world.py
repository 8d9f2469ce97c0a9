"""The whole demo, in one transaction: all of it or nothing."""

from django.conf import settings
from django.db import transaction

from desk.demo.accounts import add_accounts
from desk.demo.catalogue import add_catalogue
from desk.demo.people import add_people
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import User


@transaction.atomic
def make_world() -> None:
    """Fill an empty database. The same every time, apart from the day on which it is done."""
    people = add_people()
    add_policy(drafter=people["ines"], reviewer=people["dana"])
    add_accounts()
    add_catalogue()


def add_policy(*, drafter: User, reviewer: User) -> PolicyVersion:
    text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
    return publish(review(load(text, by=drafter), by=reviewer), by=drafter)
