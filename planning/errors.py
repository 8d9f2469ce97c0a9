"""Refusals of the planning app.

DomainError
└── TooManyTries 429     too many codes were wrong lately, whoever typed them
NotYours
└── Bystander            you see the deal but have no part in it
Invalid
└── UnknownReceipt       no concern was raised under this code
"""

from base.errors import DomainError, Invalid, NotYours
from base.words import mark


class UnknownReceipt(Invalid):
    code = "unknown_receipt"
    title = mark("No concern has this receipt")
    what_now = mark("Compare it with what you wrote down: letters and digits, the dashes do not matter.")


class TooManyTries(DomainError):
    status = 429
    code = "too_many_tries"
    title = mark("Too many receipts were wrong in a short time")
    what_now = mark("Nothing has changed. Wait ten minutes and try again.")


class Bystander(NotYours):
    code = "bystander"
    title = mark("You have no part in this deal")
