import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast_for_races(transactional_db: None) -> Cast:
    """The named people, committed, so that other connections see them."""
    return make_cast()
