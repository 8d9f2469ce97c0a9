"""An act that somebody may do in a story, how often it comes, and what it is drawn from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.approvals.machine.teller import Teller

sellers = st.sampled_from([*["maya"] * 5, "arjun", "elena"])
reviewers = ("henrik", "priya", "lena", "dana", "tomas", "grace", "jiwoo", "olaf", "victor")
anyone = st.sampled_from([*reviewers, "maya", "arjun"])
places = st.sampled_from([0, 0, 1, 1, 2, 3])  # which step; open ones come first


@dataclass(frozen=True, slots=True)
class Act:
    """`often`: its share among all acts. `drawn`: the arguments of `do` besides the teller."""

    do: Callable[..., None]
    often: int
    drawn: Mapping[str, st.SearchStrategy[Any]] = field(default_factory=dict)

    def played(self, teller: Teller, said: Mapping[str, Any]) -> None:
        self.do(teller, **said)


@st.composite
def acts(draw: st.DrawFn, known: Mapping[str, Act]) -> tuple[str, dict[str, Any]]:
    """The name of an act and its arguments."""
    name = draw(st.sampled_from([name for name, act in known.items() for _ in range(act.often)]))
    return name, draw(st.fixed_dictionaries(dict(known[name].drawn)))
