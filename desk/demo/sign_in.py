"""Which of the demo's people someone may look around as: on the console and on the sign-in page."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from desk.demo.people import PASSWORD, email
from people.models import User

# each role, and whom its first levels ask
WHO = (
    *("maya", "marcus", "priya", "henrik", "dana", "tomas"),
    *("grace", "jiwoo", "mei", "victor", "ines", "robin"),
)


def one_of_each() -> list[User]:
    """Those of them who are there and may sign in, in the order of a deal's way through the house."""
    there = {user.email: user for user in User.objects.active().filter(email__in=map(email, WHO))}
    return [there[email(key)] for key in WHO if email(key) in there]


def lines() -> list[str]:
    """The same, a line each, to be printed under the address."""
    shown = [f"  {user.email:<22}{user.name:<18}{user.job_title}" for user in one_of_each()]
    return [f"Look around as one of these people; the password is “{PASSWORD}”:", *shown] if shown else []


def demo_people(request: HttpRequest) -> dict[str, object]:
    """Template context of the sign-in page; nothing outside the demo, no query on other pages."""
    if settings.DEALDESK_ENV != "demo":
        return {}
    return {"demo_people": SimpleLazyObject(one_of_each), "demo_password": PASSWORD}
