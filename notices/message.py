"""What is said to one person. Pure."""

from dataclasses import dataclass

from people.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """One of several things that a message lists, with the page where it is done."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Message:
    """`key` makes it the same message however often it is asked for. `stream`: what it is about, as in
    "deal:12"; mails of one stream stand in one thread. `kind` is one of notices/kinds.py.

    `link`: where a message leads its reader alone, in place of `path`; it holds a place for a token, as
    `{token}`, which is that of the name `sealed`. It is worked out when the message is sent: no row holds
    it."""

    kind: str
    user: User
    stream: str
    subject: str
    text: str
    path: str
    key: str
    link: str = ""
    sealed: str = ""
    lines: tuple[Line, ...] = ()
