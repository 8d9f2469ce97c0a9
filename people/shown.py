"""What each person sees of cost: a band, the margin, or cost itself."""

from collections.abc import Mapping
from typing import Literal, Protocol

from people.models import User

View = Literal["band", "margin", "cost"]


class ShownTo(Protocol):
    """A policy, as far as this is concerned: what it shows to each function."""

    @property
    def shown_to(self) -> Mapping[str, View]: ...


def cost_view(user: User, policy: ShownTo) -> View:
    """What `policy` shows to the function of `user`; the least where it does not know the function."""
    return policy.shown_to.get(user.function, "band")
