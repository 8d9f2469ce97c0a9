from typing import TYPE_CHECKING

from base.errors import Invalid, WrongState
from base.words import mark, say
from guardrails.toml import Mistake

if TYPE_CHECKING:
    from guardrails.models import PolicyVersion


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


class NotReviewed(WrongState):
    """A second person is missing."""

    code = "not_reviewed"
    title = mark("Nobody has reviewed it yet")
    what_now = mark("A second person agrees to it first.")


class OtherDraft(WrongState):
    """Somebody handed in another text of this version meanwhile; `draft` is what stands there."""

    code = "other_draft"
    title = mark("There is another draft")
    what_now = mark("Look at it first. Hand yours in again to put it in its place.")

    def __init__(self, draft: "PolicyVersion") -> None:
        words = say(
            "{author} has handed in another draft of {version}. Look at it first; hand yours in again to put "
            "it in its place.",
            author=draft.drafted_by.name,
            version=draft.name,
        )
        super().__init__(words)
        self.draft = draft
