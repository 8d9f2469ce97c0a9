"""Canonical JSON: one text for one value, so that its hash can be compared years later. Pure.

Keys sorted by code point; texts in NFC; no spaces; nulls kept; decimals as plain strings with the digits they
have (quantise per field first), −0 as 0; instants in UTC with microseconds; dates ISO. The text is what is
stored and hashed, never a database's own rendering of it. Callers put `schema: 1`.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


def dumps(value: Any) -> str:
    """The canonical text of `value`. Raises ValueError for a float, a naive time and the like."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Plain:
    """What JSON can hold, spelled the one way."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return letters(value)
    if isinstance(value, Decimal):
        return digits(value)
    if isinstance(value, date):
        return moment(value)
    if isinstance(value, Mapping):
        return keyed(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise ValueError(f"no canonical form for {value!r} ({type(value).__name__})")


def letters(value: str) -> str:
    text = unicodedata.normalize("NFC", str.__str__(value))
    text.encode()  # half a surrogate pair has no UTF-8
    return text


def digits(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"no canonical form for {value!r}")
    return format(abs(value) if value.is_zero() else value, "f")


def moment(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise ValueError(f"an instant needs its zone, got {value!r}")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def keyed(value: Mapping[Any, Any]) -> dict[str, Plain]:
    if wrong := [key for key in value if not isinstance(key, str)]:
        raise ValueError(f"keys must be texts, got {wrong!r}")
    spelled = {letters(key): plain(item) for key, item in value.items()}
    if len(spelled) != len(value):
        raise ValueError(f"two keys are the same text: {sorted(value)!r}")
    return spelled
