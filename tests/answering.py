"""The link that a person was sent, as its message carries it."""

from approvals.links import PATH, link_name
from approvals.models import AnswerLink, Step
from base import sealed
from people.models import User


def link_to(step: Step, user: User) -> str:
    """The address, for the run the step is in."""
    return PATH.format(token=sealed.token(link_name(step, user)))


def tokens_of(deal: str) -> list[str]:
    """Of every link of a deal, those of its last steps first."""
    links = AnswerLink.objects.filter(step__deal__number=deal).order_by("-step", "-pk")
    return [sealed.token(link.name) for link in links]
