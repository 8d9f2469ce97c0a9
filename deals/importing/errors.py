"""Refusals of imports."""

from base.errors import Invalid
from base.words import mark
from guardrails.toml import Mistake


class BadMapping(Invalid):
    """The mapping does not fit, by itself or to this file. `mistakes` has every one, with its line."""

    code = "bad_mapping"
    title = mark("This mapping does not fit")
    what_now = mark("Nothing was imported. Correct these lines and try again.")

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(
            "\n".join(str(mistake) for mistake in mistakes),
            field="mapping",
            mistakes=mistakes,
            line=mistakes[0].line if mistakes else 1,
        )
        self.mistakes = mistakes
