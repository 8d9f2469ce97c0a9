"""Settings from the environment. A missing or senseless value stops the start: one line says what to set."""

import os
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

from django.http.request import validate_host

LEAST_SECRET = 50  # characters
LEAST_TOKEN = 16
LEAST_DIFFERENT = 10  # of them: typed by a cat is not random


def refuse(sentence: str) -> NoReturn:
    raise SystemExit(f"Deal Desk cannot start: {sentence}")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        refuse(f"set {name} (docs/operating.md says to what).")
    return default


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        refuse(f"set {name} to one of {', '.join(allowed)}; it is {value!r}.")
    return value


def flag(name: str, default: bool) -> bool:
    return choice(name, ("1", "0", "true", "false"), "1" if default else "0") in ("1", "true")


def number(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        refuse(f"set {name} to a whole number from {least} to {most}; it is {value!r}.")
    return int(value)


def listing(name: str, default: str | None = None) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str) -> str:
    """A key for production: nothing that could be guessed, or that stands in an example."""
    value = text(name)
    if len(value) < LEAST_SECRET or len(set(value)) < LEAST_DIFFERENT or value.startswith("django-insecure-"):
        refuse(
            f"set {name} to {LEAST_SECRET} random characters or more, as python -c "
            "'import secrets; print(secrets.token_urlsafe(64))' prints them."
        )
    return value


def token(name: str) -> str:
    """A password for machines, or "" when none is wanted."""
    value = text(name, "")
    if value and len(value) < LEAST_TOKEN:
        refuse(f"set {name} to {LEAST_TOKEN} random characters or more, or leave it out.")
    return value


def hosts(name: str) -> list[str]:
    """The names a production server answers to: each by itself, never all there are."""
    found = listing(name)
    if not found or "*" in found:
        refuse(
            f"set {name} to the host names people use, separated by commas, as desk.example.com; not to *."
        )
    return found


def site(name: str, allowed: list[str]) -> str:
    """The address people use in production: https, and one of the names that are answered."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        refuse(f"set {name} to https://host, as people type it; it is {value!r}.")
    if not validate_host(parts.hostname, allowed):
        refuse(f"add {parts.hostname} to ALLOWED_HOSTS: {name} names it.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().absolute()


def database(name: str, url: str) -> dict[str, Any]:
    """Django's connection settings for postgresql://user:password@host:port/name (?host=/socket/folder)."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        refuse(f"set {name} to postgresql://user:password@host:port/database.")
    options = {key: values[-1] for key, values in query.items() if key != "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query["host"][-1] if "host" in query else (parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def redis_url(name: str, url: str, *, offset: int = 0) -> str:
    """The address in the spelling of redis-py, moved `offset` databases on."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        number_ = int(parse_qs(parts.query).get("db", ["0"])[-1]) + offset
        return f"unix://{quote(unquote(parts.path))}?{urlencode({'db': number_})}"
    tail = parts.path.strip("/") or "0"
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or not tail.isdigit():
        refuse(f"set {name} to redis://host:port/0 or unix:///path/to/socket?db=0.")
    return urlunsplit(parts._replace(path=f"/{int(tail) + offset}"))


def broker_url(name: str, url: str, *, offset: int = 0) -> str:
    """The same address in the spelling of Celery, which calls a socket's database `virtual_host`."""
    spelled = redis_url(name, url, offset=offset)
    if not spelled.startswith("unix://"):
        return spelled
    parts = urlsplit(spelled)
    return f"redis+socket://{parts.path}?{urlencode({'virtual_host': parse_qs(parts.query)['db'][-1]})}"
