"""Refusals a caller may show to a user. Anything else is a bug: let it crash.

DomainError 400
├── NotYours 403      you can see it, but someone else must act
├── WrongState 409    it moved on since you looked
├── Invalid 422       this input cannot be; names the field
└── Busy 503          someone holds the lock; try again
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from base.words import mark, say

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class DomainError(Exception):
    """`message` is a sentence for the user, in their language; `context` is what the page may show beside it.
    `title` and `what_now` are marked: say them."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "invalid"
    title: ClassVar[str] = mark("This cannot be done")
    what_now: ClassVar[str] = mark("Check what you asked for and try again.")

    def __init__(self, message: str, **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.context: dict[str, Any] = context


class NotYours(DomainError):
    """You can see it, but someone else must act."""

    status = 403
    code = "not_yours"
    title = mark("Someone else must do this")
    what_now = mark("Nothing has changed. Ask the person it belongs to.")


class WrongState(DomainError):
    """It moved on since you looked."""

    status = 409
    code = "wrong_state"
    title = mark("This has moved on since you looked")
    what_now = mark("Nothing has changed. Reload the page to see where it stands.")


class Invalid(DomainError):
    """This input cannot be. `field` names the one at fault; `fields` all of them, with a sentence each."""

    status = 422
    code = "invalid_input"
    title = mark("This input cannot be")
    what_now = mark("Nothing has changed. Correct it and send it again.")

    def __init__(
        self, message: str, *, field: str | None = None, fields: Mapping[str, str] = NO_FIELDS, **context: Any
    ) -> None:
        super().__init__(message, **context)
        self.field = field
        self.fields: dict[str, str] = dict(fields) or ({field: message} if field else {})


class Busy(DomainError):
    """Someone holds the lock. `retry_after` is in seconds."""

    status = 503
    code = "busy"
    title = mark("Someone else is working on this right now")
    what_now = mark("Nothing has changed. Try again in a moment.")
    retry_after: ClassVar[int] = 2

    def __init__(self, message: str = "", **context: Any) -> None:
        super().__init__(message or say("Someone else is working on this right now."), **context)
