"""One entry of the record in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What happened, after the name of who did it; `small` explains. `page` is a route of the deal."""

    words: str
    small: str = ""
    icon: str = "circle"
    tone: str = "faint"
    terms: str = ""
    page: str = ""
    link: str = ""

    @property
    def classes(self) -> str:
        """Of the icon."""
        return f"s {self.tone}"
