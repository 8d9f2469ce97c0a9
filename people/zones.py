"""The time zones people choose from, and how they may write one. Pure."""

import zoneinfo
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian")
PLACES = (*AREAS, "Pacific")


@cache
def offered() -> tuple[str, ...]:
    """Zones named after a place, by name; and UTC."""
    named = {name for name in zoneinfo.available_timezones() if name.partition("/")[0] in PLACES}
    return (*sorted(named), "UTC")


def found(typed: str) -> str:
    """The zone meant: in any case, with a space for "_", also by its city alone. "" for none or several."""
    wanted = typed.strip().replace(" ", "_").casefold()
    known = {name.casefold(): name for name in offered()}
    if wanted in known:
        return known[wanted]
    cities = [name for name in offered() if name.rpartition("/")[2].casefold() == wanted]
    return cities[0] if len(cities) == 1 else ""


def offset(zone: str, at: datetime) -> str:
    """ "UTC+01:00", as it is at that instant."""
    ahead = at.astimezone(named(zone)).strftime("%z")
    return f"UTC{ahead[:3]}:{ahead[3:5]}"


@cache
def named(zone: str) -> ZoneInfo:
    """Read once: the interpreter itself keeps eight zones, and a list of all of them reads each file anew."""
    return ZoneInfo(zone)
