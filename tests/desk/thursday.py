"""A Thursday at half past eleven, and the demo's policy in force: when every list is looked at."""

from collections.abc import Iterator

import pytest
import time_machine

from guardrails.models import PolicyVersion
from tests.cast import Cast
from tests.desk.making import THURSDAY, make_version


@pytest.fixture
def thursday() -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def version(cast: Cast) -> PolicyVersion:
    return make_version(cast.ines, cast.dana)
