from datetime import date
from functools import lru_cache

from holidays import country_holidays


@lru_cache(maxsize=64)
def public_holidays(country: str, first: int, last: int) -> frozenset[date]:
    """Public holidays of a country ("DE") or a part of it ("DE-BE"), from the year `first` through `last`."""
    code, _, part = country.partition("-")
    return frozenset(country_holidays(code, subdiv=part or None, years=range(first, last + 1)))
