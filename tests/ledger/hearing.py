"""Handlers of events for tests: what each was handed, in order. Emptied by the fixture `heard`."""

from django.db import connection

from ledger.follow import hears
from ledger.models import Event
from people.models import Team

HEARD: list[int] = []
FAILING: set[int] = set()


@hears("offer.recorded")
def listen(event: Event) -> None:
    HEARD.append(event.pk)
    Team.objects.create(name=f"event {event.pk}", region="DACH")
    if event.pk in FAILING:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")


@hears("deal.closed")
def listen_to_closings(event: Event) -> None:
    HEARD.append(-event.pk)


def deaf(event: Event) -> None:
    HEARD.append(event.pk)
