"""Gets that carry a condition: what the seller promised in return is checked at every offer."""

import json

from approvals.limit import Condition
from approvals.narrowing import judges_of
from deals.document import gets_from
from deals.models import Revision
from deals.terms import TYPED
from guardrails.policy import Policy


def gets_of(revision: Revision, policy: Policy) -> tuple[Condition, ...]:
    """The conditions that the gets of a revision carry. Each belongs to the function that judges its term."""
    walk_away = revision.measured("walk_away")
    found = []
    for get in gets_from(json.loads(revision.document)):
        if get.key in TYPED:
            owners = judges_of(get.key, walk_away, policy) or (policy.functions[0].key,)
            found.append(Condition(get.key, get.op, get.value, owners[0]))  # type: ignore[arg-type]
    return tuple(found)
