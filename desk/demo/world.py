"""The whole demo, in one transaction: all of it or nothing."""

from django.conf import settings
from django.db import transaction

from base import clock
from deals.models import Deal
from desk.demo import brandt
from desk.demo.accounts import add_accounts
from desk.demo.catalogue import add_catalogue
from desk.demo.deals import play_all
from desk.demo.people import add_people
from desk.demo.scene import pass_time
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Effect
from people.models import User


@transaction.atomic
def make_world() -> None:
    """Fill an empty database. The same every time, apart from the day on which it is done."""
    now = clock.now()
    people = add_people()
    with clock.standing_at(brandt.earliest(now)):
        add_policy(drafter=people["ines"], reviewer=people["dana"])
    add_accounts()
    add_catalogue()
    brandt.play(people, now)
    play_all(people, now)
    for deal in Deal.objects.all():
        pass_time(deal, now)
    write_to_nobody()


def write_to_nobody() -> None:
    """What happened before today is no news."""
    mails = Effect.objects.filter(kind="mail", state=Effect.State.PENDING)
    mails.update(state=Effect.State.CANCELLED)


def add_policy(*, drafter: User, reviewer: User) -> PolicyVersion:
    text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
    return publish(review(load(text, by=drafter), by=reviewer), by=drafter)
