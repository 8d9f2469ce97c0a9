"""Working hours that differ from the usual ones, as people write them: "Fri until 15:00". Pure.

They are kept by day: "5" is each Friday, "12-24" each 24 December, "2026-12-31" that one day. Each has spans:
"09:00-13:00" stands for itself, on a public holiday too; "-15:00" and "10:00-" cut what the day has anyway;
none means closed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from base.words import say
from base.worktime import Hours, refuse_disorder

Other = Mapping[str, Sequence[str]]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LEAP = 2024  # a year that has every day
LINE = re.compile(r"(?P<day>[A-Za-z]+|\d{1,2}\.? [A-Za-z]+(?: \d{4})?|\d{4}-\d{2}-\d{2}):? +(?P<hours>.+)")
SPAN = re.compile(r"(\d{2}:\d{2})?-(\d{2}:\d{2})?")
EXAMPLES = {"first": "Fri until 15:00", "second": "24 Dec closed", "third": "24 Dec 2026 09:00-13:00"}


def read_lines(text: str) -> dict[str, list[str]]:
    """What these lines say, in order, one day each. Raises ValueError with a sentence that names the line."""
    other: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = LINE.fullmatch(" ".join(line.split()))
        key = key_of(found["day"]) if found else ""
        spans = spans_of(found["hours"]) if found else None
        if not key or spans is None:
            raise ValueError(unread(line))
        if key in other:
            raise ValueError(say("“{line}”: this day is there twice.", line=line))
        other[key] = spans
    return other


def unread(line: str) -> str:
    """What to write in place of it. The words of the examples are the same in every language."""
    return say(
        "“{line}” cannot be read. Write it like “{first}”, “{second}” or “{third}”.", line=line, **EXAMPLES
    )


def write_lines(other: Other) -> str:
    """The same as lines: `read_lines` undoes it."""
    return "\n".join(f"{day_words(key)} {hours_words(spans)}" for key, spans in other.items())


def key_of(word: str) -> str:
    """ "Friday" → "5", "24 Dec" → "12-24", "24 Dec 2026" → "2026-12-24"; "" for what is no day."""
    parts = word.replace(".", "").split()
    if len(parts) == 1:
        return word if is_date(word) else place_of(word, WEEKDAYS)
    month, year = place_of(parts[1], MONTHS), parts[2] if parts[2:] else ""
    key = f"{month:0>2}-{parts[0]:0>2}"
    if not month or not is_date(f"{year or LEAP}-{key}"):
        return ""
    return f"{year}-{key}" if year else key


def place_of(word: str, names: Sequence[str]) -> str:
    """From 1 on; the first three letters count. "" when it is none of them."""
    found = [place for place, name in enumerate(names, start=1) if name.lower() == word[:3].lower()]
    return str(found[0]) if found and len(word) >= 3 else ""


def is_date(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


def spans_of(words: str) -> list[str] | None:
    """ "until 15:00" → ["-15:00"], "closed" → []; None for what is no hours."""
    plain = words.replace("–", "-").replace(" - ", "-").lower()
    if plain == "closed":
        return []
    plain = re.sub(r"^until ", "-", re.sub(r"^from ([\d:]+)$", r"\1-", plain))
    spans = [span(part) for part in plain.split(",")]
    return spans if all(map(is_span, spans)) and (len(spans) == 1 or all(map(is_whole, spans))) else None


def span(words: str) -> str:
    """ "9:00-13:00" → "09:00-13:00"."""
    return "-".join(word.strip().zfill(5) if word.strip() else "" for word in words.split("-"))


def is_whole(span: str) -> bool:
    return not span.startswith("-") and not span.endswith("-")


def is_span(span: str) -> bool:
    found = SPAN.fullmatch(span)
    if not found or not any(found.groups()):
        return False
    try:
        times = [time.fromisoformat(word) for word in found.groups() if word]
    except ValueError:
        return False
    return len(times) < 2 or times[0] < times[1]


def day_words(key: str) -> str:
    """ "Fri", "24 Dec", "24 Dec 2026"."""
    if key.isdecimal():
        return WEEKDAYS[int(key) - 1]
    *year, month, day = key.split("-")
    return " ".join([str(int(day)), MONTHS[int(month) - 1], *year])


def hours_words(spans: Sequence[str]) -> str:
    """ "until 15:00", "09:00-12:00, 13:00-17:00", "closed"."""
    if not spans:
        return "closed"
    if spans[0].startswith("-"):
        return f"until {spans[0][1:]}"
    return f"from {spans[0][:-1]}" if spans[0].endswith("-") else ", ".join(spans)


def windows_of(spans: Sequence[str], usual: Hours) -> Hours:
    """The windows of a day that has `usual` otherwise. Raises ValueError when they overlap."""
    if len(spans) == 1 and not is_whole(spans[0]):
        start, _, end = spans[0].partition("-")
        first, last = (
            time.fromisoformat(word or other) for word, other in ((start, "00:00"), (end, "23:59"))
        )
        return tuple((max(a, first), min(b, last)) for a, b in usual if max(a, first) < min(b, last))
    windows = tuple(window(span) for span in spans)
    refuse_disorder(windows)
    return windows


def window(span: str) -> tuple[time, time]:
    start, _, end = span.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def special_days(
    other: Other, week: Mapping[int, Hours], off: frozenset[date], years: Iterable[int]
) -> dict[date, Hours]:
    """Date → its windows, for the days of `other` that are dates; a single day goes before each year's.

    `off`: days on which nobody works: what only cuts finds nothing to cut there."""
    dated: dict[date, Sequence[str]] = {}
    for key in sorted((key for key in other if not key.isdecimal()), key=len):
        for year in years if len(key) == 5 else (int(key[:4]),):
            if is_date(word := f"{year}-{key[-5:]}"):
                dated[date.fromisoformat(word)] = other[key]
    return {
        day: windows_of(spans, () if day in off else week.get(day.isoweekday(), ()))
        for day, spans in dated.items()
    }
