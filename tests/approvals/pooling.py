"""A policy whose Finance Directors are asked in another way, and who they are."""

from decimal import Decimal as D

from approvals.models import Request, Step
from approvals.submit import submit
from deals.models import Deal
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import Authority, User
from tests.brandt import POLICY, step_of
from tests.cast import APPOINTED, Cast

DIRECTOR = 'name = "Finance Director"\nallowance = "12 h"\n'
NARROWER = {"discount": D("18.0"), "payment_days": D(50)}
NARROW = {"discount": D("20.0"), "payment_days": D(45)}


def pooled(cast: Cast, lines: str = "", more: str = "") -> PolicyVersion:
    """Version 15: the demo's rules, but for the pool of the Finance Director, with more at the end."""
    text = POLICY.read_text().replace("number = 14", "number = 15")
    assert text.count(DIRECTOR) == 1
    text = f"{text.replace(DIRECTOR, f'{DIRECTOR}{lines}')}\n{more}"
    return publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


def directors(*people: User) -> None:
    for user in people:
        Authority.objects.create(user=user, function="finance", level=2, since=APPOINTED)


def asked(step: Step) -> list[str]:
    """Whose open work it is, by the key of the cast."""
    rows = step.assignments.filter(ended_at=None).select_related("user").order_by("user__email")
    return [row.user.email.partition("@")[0] for row in rows]


def finance_of(deal: Deal, cast: Cast) -> Step:
    return step_of(submit(deal, by=cast.maya), "finance")


def two_of_three(deal: Deal, cast: Cast) -> Step:
    """Henrik, Lena and Priya are Finance Directors; two of them must agree."""
    pooled(cast, "quorum = 2\n")
    directors(cast.lena, cast.priya)
    return finance_of(deal, cast)


def status(request: Request) -> str:
    request.refresh_from_db()
    return request.status
