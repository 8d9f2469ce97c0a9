"""Server-Timing, for whoever works on a page: settings.DEBUG puts it in, and production refuses DEBUG.

Browsers show it beside each request: how many questions the database was asked and how long they took, how
long templates were drawn (with what they asked meanwhile), and the whole.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.backends.django import DjangoTemplates
from django.template.backends.django import Template as Drawn


@dataclass(slots=True)
class Spent:
    """Milliseconds, and how many times."""

    times: int = 0
    ms: float = 0.0

    def __call__(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return act(*args, **kwargs)
        finally:
            self.times += 1
            self.ms += (time.perf_counter() - began) * 1000


DRAWN: ContextVar[Spent] = ContextVar("drawn")


class TimedTemplate(Drawn):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        return DRAWN.get(Spent())(super().render, *args, **kwargs)


class Timed(DjangoTemplates):
    def get_template(self, template_name: str) -> Drawn:
        return TimedTemplate(super().get_template(template_name).template, self)


class TimingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked, drawn, whole = Spent(), Spent(), Spent()
        token = DRAWN.set(drawn)
        with connection.execute_wrapper(asked):
            response: HttpResponseBase = whole(self.get_response, request)
        DRAWN.reset(token)
        response["Server-Timing"] = (
            f'db;dur={asked.ms:.1f};desc="{asked.times} queries", '
            f"render;dur={drawn.ms:.1f}, total;dur={whole.ms:.1f}"
        )
        return response
