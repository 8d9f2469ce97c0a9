"""Addresses that only take what is sent to them. Who opens one is taken to the page its button is on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from people.request import PersonalRequest

View = Callable[..., HttpResponse]


def sent_from(page: str, place: str = "") -> Callable[[View], View]:
    """For a view of a deal that is only sent to: opened, it leads to the deal's `page`, at `place`. What is
    not there for the reader, that page says: nothing is looked up here."""

    def only_sent(view: View) -> View:
        @wraps(view)
        def answer(request: PersonalRequest, number: str, **named: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, number, **named)
            return redirect(f"{reverse(page, args=[number])}{place}")

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return only_sent
