"""What tests of concerns share."""

from approvals.models import Request
from deals.models import Deal
from people.models import User
from planning.models import Concern
from planning.raise_concern import Raised, raise_concern
from tests.brandt import rule, step_of
from tests.cast import Cast

WORRY = "Peak season starts before the third site is live."


def unnamed(deal: Deal, by: User, text: str = WORRY) -> Raised:
    return raise_concern(deal, by=by, text=text, named=False)


def named(deal: Deal, by: User, text: str = WORRY) -> Concern:
    return raise_concern(deal, by=by, text=text, named=True).concern


def all_agree(request: Request, cast: Cast) -> None:
    for function, who in (("finance", cast.henrik), ("legal", cast.tomas), ("operations", cast.jiwoo)):
        rule(step_of(request, function), who)
