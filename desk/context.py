"""What the frame of every page says about its reader: the counts beside the navigation."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from approvals.models import Request, Step
from desk.mine import deals_of
from people.models import User

COUNTS: Mapping[str, Callable[[User], int]] = {
    "queue": lambda user: Request.objects.visible_to(user).open().count(),
    "deals": lambda user: deals_of(user).open().count(),
    "reviews": lambda user: Step.objects.assigned_to(user).order_by().values("request").distinct().count(),
}


class Counts:
    """By the key of the navigation. Each is counted when the page asks for it: a fragment counts nothing."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get(self, key: str) -> int | None:
        return COUNTS[key](self.user) if key in COUNTS else None


def nav(request: HttpRequest) -> dict[str, Counts]:
    user = getattr(request, "user", None)  # a page that tells of a fault may come before anyone is known
    return {"nav": Counts(user)} if isinstance(user, User) else {}
