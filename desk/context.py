"""What the frame of every page says about its reader: the counts beside the navigation."""

from collections.abc import Callable, Mapping

from django.db.models import Exists, F, Func, Subquery
from django.http import HttpRequest

from approvals.models import Request, Step
from base import clock
from desk.mine import deals_of
from notices.models import Notice
from people.models import Team, User

MOST = 100  # notices are counted so far; beyond, a number says nothing more

COUNTS: Mapping[str, Callable[[User], int]] = {
    "queue": lambda user: Request.objects.visible_to(user).open().count(),
    "deals": lambda user: deals_and_led(user)[0],
    "notices": lambda user: Notice.objects.unread_of(user.pk, clock.now())[:MOST].count(),
    "reviews": lambda user: Step.objects.assigned_to(user).order_by().values("request").distinct().count(),
}


def deals_and_led(user: User) -> tuple[int, bool]:
    """How many open deals the list of this person has, and whether they lead a team. One query."""
    many = deals_of(user, led=True).open().order_by().values(n=Func(F("pk"), function="COUNT"))
    led = Exists(Team.objects.led_by(user))
    count: int
    leads: bool
    count, leads = User.objects.filter(pk=user.pk).values_list(Subquery(many), led).get()
    return count, leads


class Counts:
    """By the key of the navigation. Each is counted when the page first asks for it: a fragment counts
    nothing."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.found: dict[str, int] = {}
        self.led = False

    def get(self, key: str) -> int | None:
        if key == "deals" and key not in self.found:
            self.found[key], self.led = deals_and_led(self.user)
        elif key in COUNTS and key not in self.found:
            self.found[key] = COUNTS[key](self.user)
        return self.found.get(key)

    @property
    def notices(self) -> int | None:
        return self.get("notices")

    @property
    def deals(self) -> int | None:
        return self.get("deals")

    @property
    def leads(self) -> bool:
        """Whether the deals are those of teams they lead."""
        self.get("deals")
        return self.led

    @property
    def reviews(self) -> int | None:
        return self.get("reviews")


def nav(request: HttpRequest) -> dict[str, Counts]:
    user = getattr(request, "user", None)  # a page that tells of a fault may come before anyone is known
    return {"nav": Counts(user)} if isinstance(user, User) else {}
