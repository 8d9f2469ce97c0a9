"""Making the link that a message carries when somebody is asked. approvals/answer_link.py is what it opens.

The token is an HMAC over who is asked what in which run, so the same asking sends the same link; a row keeps
only what the token hashes to, and for how long it is good.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from approvals.models import AnswerLink, Step
from base import canonical, sealed
from ledger.batch import at_end
from people.models import User

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=7)
PATH = "/answer/{token}/"


def link_name(step: Step, user: User) -> str:
    """What a message about this asking is `sealed` with."""
    return AnswerLink(step=step, user=user, run=step.run).name


def make_links(pairs: Sequence[tuple[Step, User]], *, at: datetime) -> None:
    """A link for each person who is asked one thing, in the transaction that asks: several things are decided
    on one page of theirs. Whoever is asked again in the same run keeps the one they have."""
    asked = Counter(user.pk for _, user in pairs)
    links = [link_for(step, user, at=at) for step, user in pairs if asked[user.pk] == 1]
    at_end(write_links, links)


def write_links(links: list[AnswerLink]) -> None:
    AnswerLink.objects.bulk_create(links, ignore_conflicts=True)


def link_for(step: Step, user: User, *, at: datetime) -> AnswerLink:
    """Not yet written down. Good until the answer is due: an hour at least, a week at most."""
    until = min(max(step.due_at or at, at + SHORTEST), at + LONGEST)
    link = AnswerLink(step=step, user=user, run=step.run, terms_hash=step.terms_hash)
    link.digest = canonical.digest(sealed.token(link.name))
    link.made_at, link.expires_at = at, until
    return link
