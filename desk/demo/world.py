"""The whole demo, in one transaction: all of it or nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from django.conf import settings
from django.db import connection, transaction

from base import clock
from deals.models import Account
from desk.demo import brandt
from desk.demo.accounts import BUYERS, OTHERS, add_accounts
from desk.demo.catalogue import add_catalogue
from desk.demo.deals import play_all
from desk.demo.imported import take_over
from desk.demo.irregular import plots_for
from desk.demo.people import add_people
from desk.demo.sales import Sale, sales
from desk.demo.tale import Clockwork, Tale
from desk.demo.timeline import pass_time, tell
from desk.demo.under_way import open_requests, under_way
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from ledger.follow import catch_up
from ledger.models import Effect
from notices.models import Notice
from notices.notify import telling_nobody
from people.models import User

SEED = 1284
PAST = 600  # deals that have ended
OF_THE_SCENES = 9  # open requests of the named deals
TAKEN_OVER = Decimal("0.88")  # of them, from the system before
YEAR = timedelta(days=365)
BEFORE = timedelta(days=1100)  # how far back the system before knew
FIRST_WEEKS = timedelta(days=30)  # until the first deal asked at the desk had ended
NEWS = timedelta(days=1)  # what is older has been read
QUIET = timedelta(days=6)  # in which nothing ended but what the named scenes tell
FIRST_NUMBER = 590  # of the oldest deal; all others come before the named ones

Progress = Callable[[int, int], None]


def no_progress(done: int, of: int) -> None:
    """Nobody looks."""


def make_world(past: int = PAST, seed: int = SEED, on_progress: Progress = no_progress) -> None:
    """Fill an empty database. The same every time, apart from the day on which it is done.

    `past`: how many deals have ended. With 0 there are the named deals alone."""
    write_world(past, seed, on_progress)
    catch_up()


@transaction.atomic
def write_world(past: int, seed: int, on_progress: Progress) -> None:
    """All of it or nothing."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    people = add_people()
    with clock.standing_at(earliest(now)):
        version = add_policy(drafter=people["ines"], reviewer=people["dana"])
    accounts = add_accounts()
    add_catalogue()
    if past:
        with telling_nobody():
            tell_the_past(past, Random(seed), version, Company(people, accounts, now), on_progress)
    brandt.play(people, now)
    play_all(people, now)
    pass_time(now)
    write_to_nobody(now)


@dataclass(frozen=True, slots=True)
class Company:
    """Who and what the stories are about; `now` is when the demo is loaded."""

    people: Mapping[str, User]
    accounts: Mapping[str, Account]
    now: datetime
    clockwork: Clockwork = field(default_factory=Clockwork)
    numbers: Iterator[str] = field(default_factory=lambda: map("D-{}".format, count(FIRST_NUMBER)))


def earliest(now: datetime) -> datetime:
    """Before anything happened at the desk."""
    return now - YEAR - timedelta(days=20)


def tell_the_past(
    past: int, random: Random, version: PolicyVersion, company: Company, on_progress: Progress
) -> None:
    """Deals that were taken over, then those played at the desk, and those under way."""
    today = clock.date_of(company.now)
    old = round(past * TAKEN_OVER)
    known = [each for each in BUYERS if each.known]
    with clock.standing_at(earliest(company.now) + timedelta(days=3)):
        before = sales(random, known, today - BEFORE, today - YEAR, old)
        numbered = [(next(company.numbers), each) for each in before]
        take_over(numbered, random, company.people, version)
    ended = sales(random, OTHERS, today - YEAR + FIRST_WEEKS, today - QUIET, past - old)
    tales = [tale_of(each, random, company) for each in ended]
    stories = [plot(tale) for plot, tale in zip(plots_for(tales), tales, strict=True)]
    for each, plot in under_way(random, OTHERS, company.now, past / PAST):
        stories.append(plot(tale_of(each, random, company)))
    done, total = count(old + 1), old + len(stories)
    tell(stories, company.now, company.clockwork, lambda: on_progress(next(done), total))


def tale_of(sale: Sale, random: Random, company: Company) -> Tale:
    """With a chance of its own: what happens in one story changes nothing in another."""
    own = Random(random.random())
    return Tale(sale, company.people, company.accounts, own, company.now, company.clockwork, company.numbers)


def open_requests_beside(past: int) -> int:
    """How many requests wait for somebody in a world with so many past deals."""
    return OF_THE_SCENES + (open_requests(past / PAST) if past else 0)


def write_to_nobody(now: datetime) -> None:
    """What happened before today is no news: of the named deals it stands in the inboxes, read."""
    mails = Effect.objects.filter(kind="mail", state=Effect.State.PENDING)
    mails.update(state=Effect.State.CANCELLED)
    Notice.objects.filter(at__lt=now - NEWS).update(read_at=now)


def add_policy(*, drafter: User, reviewer: User) -> PolicyVersion:
    text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
    return publish(review(load(text, by=drafter), by=reviewer), by=drafter)
