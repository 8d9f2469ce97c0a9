"""Random people do random things to one deal, in random order, while time passes: every invariant holds.

docs/operating.md says how to let it run for longer. A story that fails is told in words, as short as it goes.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from base import clock
from deals.models import Deal
from tests.approvals.desk_verbs import let_override
from tests.approvals.machine.acting import Act, acts
from tests.approvals.machine.desking import DESKING
from tests.approvals.machine.gathering import GATHERING
from tests.approvals.machine.leaving import LEAVING
from tests.approvals.machine.passing import PASSING
from tests.approvals.machine.pausing import PAUSING
from tests.approvals.machine.reviewing import REVIEWING
from tests.approvals.machine.selling import SELLING, asks, drafts, edits
from tests.approvals.machine.teller import Teller
from tests.approvals.pooling import directors, pooled
from tests.brandt import make_brandt
from tests.cast import Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
STORIES = int(os.environ.get("DEALDESK_STORIES", "0"))  # so many random ones, instead of the same few
USUAL = 12
POOLS = ("", "quorum = 2", 'assign = "claim"', 'quorum = "everyone"', 'assign = "least loaded"')
ACTS: Mapping[str, Act] = {**REVIEWING, **SELLING, **PASSING, **DESKING, **PAUSING, **GATHERING, **LEAVING}


class Story(RuleBasedStateMachine):
    """One example is one story; a savepoint takes it back, so that the next begins with the same deal.

    One rule for all acts: hypothesis leaves rules out at random, and a few stories do not make up for it."""

    def __init__(self, deal: Deal, cast: Cast) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.teller = Teller(deal, cast, MONDAY)

    @initialize(pool=st.sampled_from(POOLS), drafts=st.lists(drafts, max_size=2))
    def begins(self, pool: str, drafts: list[str]) -> None:
        if pool:
            self.teller.act(f"(Finance Directors are three: {pool})", lambda: self.asks_three(pool))
        for words in drafts:
            edits(self.teller, "maya", words)
        asks(self.teller, "maya")

    def asks_three(self, pool: str) -> None:
        pooled(self.teller.cast, f"{pool}\n")
        directors(self.teller.cast.lena, self.teller.cast.priya)

    @rule(act=acts(ACTS))
    def then(self, act: tuple[str, dict[str, Any]]) -> None:
        name, said = act
        ACTS[name].played(self.teller, said)

    def teardown(self) -> None:
        try:
            if not self.teller.broken:
                self.teller.ends()
                connection.check_constraints()
        finally:
            transaction.savepoint_rollback(self.before)


@pytest.fixture
def monday(cast: Cast) -> Deal:
    let_override(cast.ines)
    with clock.standing_at(MONDAY):
        return make_brandt(cast)


@pytest.mark.long
def test_whatever_people_do_in_whatever_order_every_invariant_holds(
    monday: Deal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", 120)  # before pytest takes it for hanging

    class OfBrandt(Story):
        def __init__(self) -> None:
            super().__init__(monday, cast)

    run_state_machine_as_test(
        OfBrandt,
        settings=settings(
            max_examples=STORIES or USUAL,
            stateful_step_count=30,
            derandomize=not STORIES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
