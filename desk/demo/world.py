"""The whole demo, in one transaction: all of it or nothing."""

from django.db import transaction

from desk.demo.accounts import add_accounts
from desk.demo.catalogue import add_catalogue
from desk.demo.people import add_people


@transaction.atomic
def make_world() -> None:
    """Fill an empty database. The same every time, apart from the day on which it is done."""
    add_people()
    add_accounts()
    add_catalogue()
