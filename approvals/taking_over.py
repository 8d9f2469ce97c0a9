"""Who takes over a step now: who is asked so far, who is above, and who of them is there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from approvals.acting import open_work, owner_of, placed, roster_of, work
from approvals.models import Step
from approvals.pools import conflicted, holding, pools_for, reachable
from approvals.seats import answers
from approvals.succession import Around, Standing, successors
from guardrails.policy import Pool
from people.models import User
from people.stand_in import Asking


@dataclass(frozen=True, slots=True)
class TakingOver:
    """Who takes over, and what of the escalation is behind the step then."""

    people: tuple[User, ...]
    rank: int
    passed: int
    manages: bool

    @property
    def managers(self) -> list[int]:
        """Those whom only the escalation lets decide."""
        return [user.pk for user in self.people] if self.manages else []


def next_taking_over(step: Step, *, at: datetime) -> TakingOver | None:
    """The next who can be asked in place of those who did not answer; None: the deal desk has it.

    Free of conflict, there or with somebody to stand in, and never anyone who has had it."""
    takers = step.request.version.policy.level(step.function, step.level).escalation.takers
    stands = standing_of(step)
    managers = managers_over(stands.holders) if "manager" in takers[stands.passed :] else {}
    pools = pools_for(step, at=at) if "next level" in takers[stands.passed :] else {}
    above = {rank: users for (function, rank), users in pools.items() if function == step.function}
    known = {user.pk: user for users in above.values() for user in users} | managers
    around = Around(
        pools={rank: tuple(user.pk for user in users) for rank, users in above.items()},
        managers={pk: user.manager_id for pk, user in managers.items() if user.manager_id},
        able=able(step, managers.values(), at=at),
    )
    for one in successors(takers, stands, around):
        if people := there(step, [known[pk] for pk in one.people], stands, at=at):
            return TakingOver(people, one.rank, one.passed, one.manages)
    return None


def standing_of(step: Step) -> Standing:
    """Whose it is now, who had it before, and who has answered."""
    rows = open_work(step)
    late = [(row.user_id, row.principal_id) for row in work(step) if row.late_as is not None]
    answered = [(each.by_id, each.acting_for_id) for each in answers(step)]
    had = {pk for pair in (*late, *answered) for pk in pair if pk}
    now = {pk for row in rows for pk in (row.user_id, row.principal_id) if pk}
    holders = tuple(dict.fromkeys(owner_of(row).pk for row in rows))
    return Standing(step.passed, step.held_level, holders, frozenset(had | now))


def managers_over(people: Collection[int]) -> dict[int, User]:
    """These people, their managers, theirs, and so on, by id. One query for each level up."""
    found: dict[int, User] = {}
    asked = set(people)
    while asked:
        found |= User.objects.in_bulk(asked)
        asked = {user.manager_id for user in found.values() if user.manager_id} - found.keys()
    return found


def able(step: Step, people: Collection[User], *, at: datetime) -> frozenset[int]:
    """Those who may sign in, have no part in the deal, and are there or stood in for."""
    out = conflicted(step.deal, submitter=step.request.submitted_by_id)
    free = tuple(user for user in people if user.is_active and user.pk not in out)
    if not free:
        return frozenset()
    return frozenset(user.pk for user in reachable(free, Pool(), holding(at), Asking(step.function, at, out)))


def there(step: Step, people: list[User], stands: Standing, *, at: datetime) -> tuple[User, ...]:
    """Of these, for whom somebody acts who has not had it."""
    acting = placed(step, people, roster_of(people, at), at=at)
    owners = {(one.principal or one.user).pk for one in acting if one.user.pk not in stands.behind}
    return tuple(user for user in people if user.pk in owners)
