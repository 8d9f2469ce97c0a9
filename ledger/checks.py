"""Start-up: every effect and follower that settings name has a handler that can be imported."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string


def check_effects(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = ((kind, path, complaint(path)) for kind, path in settings.EFFECTS.items())
    return [
        Error(f"EFFECTS[{kind!r}] names {path!r}: {said}.", id="ledger.E001")
        for kind, path, said in wrong
        if said
    ]


def check_followers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = ((name, path, complaint(path) or deafness(path)) for name, path in settings.FOLLOWERS.items())
    return [
        Error(f"FOLLOWERS[{name!r}] names {path!r}: {said}.", id="ledger.E002")
        for name, path, said in wrong
        if said
    ]


def deafness(path: str) -> str:
    return "" if getattr(import_string(path), "kinds", ()) else "it is not marked with ledger.follow.hears"


def complaint(path: str) -> str:
    try:
        handler = import_string(path)
    except ImportError as error:
        return str(error)
    return "" if callable(handler) else "it is not a function"
