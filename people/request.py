from django.http import HttpRequest

from people.models import User


class PersonalRequest(HttpRequest):
    """What a view gets behind the sign-in: `user` is a person, never anonymous."""

    user: User
