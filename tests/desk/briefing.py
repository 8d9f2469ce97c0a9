"""The brief as a browser sends it: every field of the page, with what the page shows in it."""

from typing import Any

from django.test import Client

BRIEF = "/deals/D-1284/brief/"
HTMX = {"HX-Request": "true", "HX-Target": "rail"}


def fields(answer: Any) -> dict[str, str]:
    """All fields of the page's form, as they are sent when nobody touches them."""
    form = answer.context["form"]
    rows = (*form.terms, *form.clauses, *form.priorities, *form.exchanges, *form.successes, *form.lines)
    sent = {row.add_prefix(name): row[name].value() for row in (form.head, *rows) for name in row.fields}
    keys = {row.add_prefix("key"): row.stored_key for row in form.lines}
    known = {**sent, **keys, "version": form.shown_version, "began": form.began}
    return {name: shown(value) for name, value in known.items() if value is not False}


def shown(value: Any) -> str:
    return "" if value is None else "on" if value is True else str(value)


def opened(client: Client, user: Any, number: str = "D-1284") -> dict[str, str]:
    client.force_login(user)
    return fields(client.get(f"/deals/{number}/brief/"))


def autosave(client: Client, sent: dict[str, str], address: str = BRIEF) -> Any:
    return client.post(address, sent, headers=HTMX)
