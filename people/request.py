from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from people.models import User


class PersonalRequest(HttpRequest):
    """What a view gets behind the sign-in: `user` is a person, never anonymous."""

    user: User
    htmx: HtmxDetails
