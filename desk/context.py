"""What the frame of every page says about its reader: the counts beside the navigation."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from approvals.models import Request, Step
from base import clock
from desk.mine import deals_of
from notices.models import Notice
from people.models import User

MOST = 100  # notices are counted so far; beyond, a number says nothing more

COUNTS: Mapping[str, Callable[[User], int]] = {
    "queue": lambda user: Request.objects.visible_to(user).open().count(),
    "deals": lambda user: deals_of(user).open().count(),
    "notices": lambda user: Notice.objects.unread_of(user.pk, clock.now())[:MOST].count(),
    "reviews": lambda user: Step.objects.assigned_to(user).order_by().values("request").distinct().count(),
}


class Counts:
    """By the key of the navigation. Each is counted when the page first asks for it: a fragment counts
    nothing."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.found: dict[str, int] = {}

    def get(self, key: str) -> int | None:
        if key in COUNTS and key not in self.found:
            self.found[key] = COUNTS[key](self.user)
        return self.found.get(key)

    @property
    def notices(self) -> int | None:
        return self.get("notices")

    @property
    def deals(self) -> int | None:
        return self.get("deals")

    @property
    def reviews(self) -> int | None:
        return self.get("reviews")


def nav(request: HttpRequest) -> dict[str, Counts]:
    user = getattr(request, "user", None)  # a page that tells of a fault may come before anyone is known
    return {"nav": Counts(user)} if isinstance(user, User) else {}
