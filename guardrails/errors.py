from base.errors import Invalid, WrongState
from base.words import mark
from guardrails.toml import Mistake


class NoPolicy(WrongState):
    """Nothing is standard yet, so nothing can be judged."""

    code = "no_policy"
    title = mark("No policy is in force")
    what_now = mark("Ask the deal desk to publish one.")


class BadPolicy(Invalid):
    """The text is no policy. `mistakes` has every one, with its line."""

    code = "bad_policy"
    title = mark("This is not a policy yet")
    what_now = mark("Nothing has changed. Correct these lines and load it again.")

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes), field="text", mistakes=mistakes)
        self.mistakes = mistakes
