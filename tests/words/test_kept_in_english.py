"""Whoever acts, and whatever they read: what is kept, hashed and sent is the same, and English."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import trans_real

from approvals.absence import Window, set_absence
from approvals.bulk import Order, begin, take_one
from approvals.close import close
from approvals.hold import hold, release
from approvals.models import Bulk, BulkRow, Decision, Hold, Mandate, Step
from approvals.nudge import nudge
from approvals.pause import pause, resume
from approvals.question import answer_question, ask_question
from approvals.reassign import reassign
from approvals.submit import submit
from approvals.task import Task
from base import clock
from base.locales import HOUSE
from deals.models import Deal
from ledger.verify import verify
from people.models import User
from people.reading import read_by
from tests.brandt import ask_offer_5, make_brandt, rule, step_of
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside
from tests.excepting import grant_account_exception, publish_never
from tests.words.pseudo import Pseudo, wide

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
GERMAN = "de"
ONCE = UUID(int=1)
ELSEWHERE = re.compile("[\uff21-\uff5a]")  # a wide letter
Story = Callable[[Deal, Cast], None]
Rows = dict[str, list[dict[str, Any]]]


class German(Pseudo):
    def to_language(self) -> str:
        return GERMAN


@contextmanager
def translated() -> Iterator[None]:
    """Who reads German reads wide letters, and numbers and days as Germans write them."""
    with override_settings(LANGUAGES=[("en", "English"), (GERMAN, "Deutsch")]):
        vars(trans_real)["_translations"][GERMAN] = German()
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Afterwards all is as before, the next ids too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences")
        places = cursor.fetchall()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, last in places:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def rows() -> Rows:
    """Every row of every table, but for what each person reads in."""
    found = {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model is not Session
    }
    for user in found["people.User"]:
        del user["locale"]
    return found


def left_by(story: Story, deal: Deal, cast: Cast, locale: str) -> Rows:
    """What is there once it is played by people who read `locale`."""
    with undone():
        User.objects.update(locale=locale)
        for name in Cast.__dataclass_fields__:
            getattr(cast, name).refresh_from_db()
        story(Deal.objects.get(pk=deal.pk), cast)
        assert verify(deal.stream).faults == ()
        return rows()


def differing(deal: Deal, cast: Cast, story: Story) -> dict[str, list[tuple[Any, Any]]]:
    """By table the rows that are other ones when people read German; and nothing of theirs is in German."""
    with translated():
        english = left_by(story, deal, cast, HOUSE)
        german = left_by(story, deal, cast, GERMAN)
    assert not [
        value
        for table in german.values()
        for row in table
        for value in row.values()
        if isinstance(value, str) and ELSEWHERE.search(value)
    ]
    assert english.keys() == german.keys()
    pairs = {
        label: [(was, now) for was, now in zip(english[label], german[label], strict=True) if was != now]
        for label in english
    }
    return {label: found for label, found in pairs.items() if found}


def decided_on_the_page(deal: Deal, cast: Cast) -> None:
    """Henrik agrees up to 20.0 % and 45 days, as his own locale writes them, if invoiced yearly."""
    step = step_of(submit(deal, by=cast.maya), "finance")
    client = Client()
    client.force_login(cast.henrik)
    said = {
        "verdict": "up_to",
        "discount": "20,0",
        "payment_days": "45",
        "condition": "invoices_per_year = 1",
    }
    answer = client.post(reverse("desk:review", args=[step.pk]), {"seen": step.terms_hash, **said})
    assert (answer.status_code, Decision.objects.count()) == (302, 1)
    assert (wide("Sign out") in client.get("/").content.decode()) == (cast.henrik.locale == GERMAN)


def granted_and_used(deal: Deal, cast: Cast) -> None:
    """Asked, held up in every way there is, granted on a task, offered from, asked anew, closed."""
    with read_by(cast.maya):
        request = submit(deal, by=cast.maya)
    finance = step_of(request, "finance")
    with read_by(cast.ines):
        nudge(finance, by=cast.ines)
        pause(finance, by=cast.ines, reason="Year end.", until=clock.now() + timedelta(days=3))
        resume(Step.objects.get(pk=finance.pk), by=cast.ines)
        reassign(step_of(request, "operations"), by=cast.ines, to=cast.olaf, reason="Ji-woo is busy.")
        held = hold(request, by=cast.ines, reason="The board looks first.", release_by=cast.dana)
    with read_by(cast.tomas):
        ask_question(step_of(request, "legal"), by=cast.tomas, to=cast.maya, text="Whose law?")
    with read_by(cast.henrik):
        task = Task("A bank guarantee", cast.arjun.pk, clock.today() + timedelta(days=4), {"discount": D(18)})
        step = step_of(request, "finance")
        rule(step, cast.henrik, Decision.Verdict.UP_TO, limits={"discount": D("20.0")}, tasks=(task,))
    with read_by(cast.maya):
        answer_question(request.deal.questions.get(), by=cast.maya, text="The buyer's.")
    with read_by(cast.tomas):
        rule(step_of(request, "legal"), cast.tomas)
    with read_by(cast.olaf):
        rule(step_of(request, "operations"), cast.olaf, Decision.Verdict.RELUCTANT, reason="Tight.")
    with read_by(cast.dana):
        release(Hold.objects.get(pk=held.pk), by=cast.dana, note="They looked.")
    mandate = Mandate.objects.get(request=request)
    with read_by(cast.maya):
        offer_inside(mandate, cast)
        offer_five(mandate, cast)
        submit(ask_offer_5(deal, cast), by=cast.maya)
        close(Deal.objects.get(pk=deal.pk), by=cast.maya, reason="They stay where they are.")


def left_with_nobody(deal: Deal, cast: Cast) -> None:
    """Henrik is away with nobody to stand in; then what can be done to many steps is tried on what waits."""
    with read_by(cast.henrik):
        week = Window(clock.now() - timedelta(hours=1), clock.now() + timedelta(days=7))
        set_absence(cast.henrik, week, by=cast.henrik)
    with read_by(cast.maya):
        request = submit(deal, by=cast.maya)
    waiting = step_of(request, "finance")
    assert "is away until 15 June and nobody stands in" in waiting.reason
    with read_by(cast.ines):
        bulk = begin(
            {waiting.pk: waiting.terms_hash}, by=cast.ines, order=Order(Bulk.Verb.NUDGE, ""), once=ONCE
        )
        take_one(bulk)
    assert "nobody to ask. Nobody is asked just now." in BulkRow.objects.get().why


def excepted(deal: Deal, cast: Cast) -> None:
    """Past what anybody may grant, for every deal of the account."""
    with read_by(cast.ines):
        publish_never(cast)
    with read_by(cast.maya):
        grant_account_exception(deal, cast)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "story",
    [decided_on_the_page, granted_and_used, left_with_nobody, excepted],
    ids=lambda each: each.__name__,
)
def test_what_is_kept_is_the_same_whatever_people_read(cast: Cast, story: Story) -> None:
    with time_machine.travel(MONDAY, tick=False):
        assert differing(make_brandt(cast), cast, story) == {}
