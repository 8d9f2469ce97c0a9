"""Refusals of the approvals app.

NotYours
├── OwnDeal        nobody decides on their own deal, whoever they act for
└── NotAsked       the step is not assigned to you
WrongState
├── Stale          the terms on the screen are not the terms of the step
├── SameAsk        these exact terms are open, or were just declined
└── NoMandate      there is nothing to check an offer against
Invalid
├── NeverGranted   the ask needs what nobody may grant
└── Incomplete     the brief lacks something
"""

from base.errors import Invalid, NotYours, WrongState


class OwnDeal(NotYours):
    code = "own_deal"
    title = "You cannot decide on your own deal"


class NotAsked(NotYours):
    code = "not_asked"
    title = "This decision is not yours"


class Stale(WrongState):
    code = "stale_terms"
    title = "It moved on since you looked"
    what_now = "Nothing was sent. Look at what changed, then decide on the new terms."


class SameAsk(WrongState):
    code = "same_ask"
    title = "These exact terms were already asked"


class NoMandate(WrongState):
    code = "no_mandate"
    title = "There is no mandate to offer from"


class NeverGranted(Invalid):
    code = "never_granted"
    title = "Nobody may grant this"


class Incomplete(Invalid):
    code = "incomplete"
    title = "The brief is not complete yet"
