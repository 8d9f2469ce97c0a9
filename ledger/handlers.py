"""Functions that settings name for kinds of effects, and the two marks they may carry."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.models import Effect

Handler = Callable[[Effect, datetime], None]
AnyHandler = TypeVar("AnyHandler", bound=Handler)
Together = Callable[[Sequence[Effect], datetime], Sequence[Effect]]
AnyTogether = TypeVar("AnyTogether", bound=Together)


def external(handler: AnyHandler) -> AnyHandler:
    """Mark a handler that acts outside the database: called without a transaction, at least once."""
    cast(Any, handler).external = True
    return handler


def together(handler: AnyTogether) -> AnyTogether:
    """Mark a handler that takes several effects of its kind at once, or one: in one transaction, as a
    `ledger.batch`. It answers which of several it left, so as to wait for nobody while others wait for it;
    those are done alone then. When it fails with several, each of them is tried alone."""
    cast(Any, handler).together = True
    return handler


def acts_outside(handler: Handler) -> bool:
    return getattr(handler, "external", False)


def takes_several(handler: Any) -> bool:
    return getattr(handler, "together", False)


def handler_of(effect: Effect) -> Any:
    return import_string(settings.EFFECTS[effect.kind])
