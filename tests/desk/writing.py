"""Writing templates for tests: no database, no client."""

import re
from types import SimpleNamespace
from typing import Any

from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

NBSP = "\u00a0"
MAYA = SimpleNamespace(
    is_authenticated=True,
    name="Maya Okafor",
    initials="MO",
    email="maya@helio.example",
    job_title="Seller",
    theme="dark",
)


def asked(address: str = "/deals/?page=2", **headers: str) -> Any:
    request = RequestFactory(headers=headers).get(address)
    vars(request)["htmx"] = HtmxDetails(request)
    return request


def write(source: str, **context: object) -> str:
    text = engines["django"].from_string("{% load ui draw %}" + source).render(context)
    return re.sub(r"\s+", " ", text.replace(NBSP, "~")).strip()


def page(name: str, user: object = MAYA, **context: object) -> str:
    return render_to_string(name, {"request": asked(), "user": user, **context})
