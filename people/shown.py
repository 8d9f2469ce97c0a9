"""What each person sees of cost: a band, the margin, or cost itself."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from people.models import User

View = Literal["band", "margin", "cost"]

DEFAULT: Mapping[str, View] = {
    "finance": "cost",
    "executive": "cost",
    "desk": "cost",
    "auditor": "cost",
    "sales": "margin",
    "legal": "margin",
    "operations": "margin",
}


class ShownRule(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def shown(self) -> View: ...


class ShownTo(Protocol):
    @property
    def functions(self) -> Sequence[ShownRule]: ...


def cost_view(user: User, policy: ShownTo) -> View:
    """What `policy` shows to the function of `user`; where it is silent, the usual view of that function."""
    ruled: dict[str, View] = {rule.key: rule.shown for rule in policy.functions}
    return ruled.get(user.function, DEFAULT.get(user.function, "band"))
