"""One entry of the record in words."""

from dataclasses import dataclass, field

from base.words import say


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
    link: str = field(default_factory=lambda: say("Overview"))

    @property
    def classes(self) -> str:
        """Of the icon."""
        return f"s {self.tone}"
