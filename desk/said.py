"""One entry of the record in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What happened, after the name of who did it; `small` explains. `page` is the route of the deal where it
    can be seen, `link` what it is called there."""

    words: str
    small: str = ""
    icon: str = "circle"
    tone: str = "faint"
    terms: str = ""
    page: str = "deal"
    link: str = "Overview"

    @property
    def classes(self) -> str:
        """Of the icon."""
        return f"s {self.tone}"
