"""Refusals of the approvals app.

NotYours
├── OwnDeal        nobody decides on their own deal, whoever they act for
├── NotAsked       the step is not assigned to you
└── ForAnother     the link in the message was made for somebody else
WrongState
├── Stale          the terms on the screen are not the terms of the step
├── LinkUsed       the link in the message has decided already
├── LinkExpired    its time is over
├── MovesOtherwise the deadlines would move otherwise than was on the screen
├── SameAsk        these exact terms are open, or were just declined
└── NoMandate      there is nothing to check an offer against
Invalid
├── NeverGranted   the ask needs what nobody may grant
└── Incomplete     the brief lacks something
"""

from base.errors import Invalid, NotYours, WrongState
from base.words import mark


class OwnDeal(NotYours):
    code = "own_deal"
    title = mark("You cannot decide on your own deal")


class NotAsked(NotYours):
    code = "not_asked"
    title = mark("This decision is not yours")


class ForAnother(NotYours):
    code = "for_another"
    title = mark("This link was made for somebody else")
    what_now = mark("Nothing has changed. Whoever it was made for signs in and opens it.")


class Stale(WrongState):
    code = "stale_terms"
    title = mark("It moved on since you looked")
    what_now = mark("Nothing was sent. Look at what changed, then decide on the new terms.")


class LinkUsed(WrongState):
    code = "link_used"
    title = mark("This link has been used")
    what_now = mark("Nothing has changed. Each link decides once; what you said stands.")


class LinkExpired(WrongState):
    code = "link_expired"
    title = mark("This link has run out")
    what_now = mark("Nothing has changed. It still waits for you: decide on its page.")


class MovesOtherwise(WrongState):
    code = "moves_otherwise"
    title = mark("This would move otherwise now")
    what_now = mark("Nothing has moved. Look at what would move now, then confirm that.")


class SameAsk(WrongState):
    code = "same_ask"
    title = mark("These exact terms were already asked")


class NoMandate(WrongState):
    code = "no_mandate"
    title = mark("There is no mandate to offer from")


class NeverGranted(Invalid):
    code = "never_granted"
    title = mark("Nobody may grant this")


class Incomplete(Invalid):
    code = "incomplete"
    title = mark("The brief is not complete yet")
