"""What the administration made of somebody, in the words of the record."""

from collections.abc import Iterator, Mapping
from typing import Any

from base.words import mark, say
from desk.phrases import listed
from desk.said import Said
from desk.shelf import Shelf, function_name
from ledger.models import Event

TURNED: Mapping[str, tuple[str, str]] = {  # when it becomes true, and false
    "is_active": (mark("may sign in"), mark("may no longer sign in")),
    "is_staff": (mark("may open the administration pages"), mark("may no longer open them")),
    "is_superuser": (mark("is an administrator"), mark("is an administrator no longer")),
}
OTHERWISE: Mapping[str, str] = {"manager_id": mark("another manager"), "team_id": mark("another team")}


def person_set(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    who, after, before = shelf.name(facts["user"]), facts["after"], facts.get("before")
    if before is None:
        function = function_name(after["function"])
        return Said(say("added {who}: {function}.", who=who, function=function), icon="user-check")
    words = say("changed what {who} is: {changes}.", who=who, changes=listed(list(changes(before, after))))
    return Said(words, icon="user", tone="is-warn")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if "function" in after:
        was, now = (function_name(each["function"]) for each in (before, after))
        yield say("{now}, before {was}", now=now, was=was)
    for name, (yes, no) in TURNED.items():
        if name in after:
            yield say(yes if after[name] else no)
    for name, words in OTHERWISE.items():
        if name in after:
            yield say(words)
