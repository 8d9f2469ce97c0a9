"""What is kept of a concern stands in English, whoever raised and answered it."""

import pytest
from django.utils.translation import override

from approvals.models import Hold
from approvals.submit import submit
from base.errors import WrongState
from base.locales import speaking
from deals.models import Deal
from planning.answer import answer
from tests.cast import Cast
from tests.planning.raising import named
from tests.words.pseudo import SPOKEN, spoken, wide


def test_the_hold_of_a_concern_and_its_release_are_kept_in_english(brandt: Deal, cast: Cast) -> None:
    submit(brandt, by=cast.maya)
    with spoken(), speaking(SPOKEN), override(SPOKEN):
        concern = named(brandt, cast.tomas)
        assert Hold.objects.get().reason == "Concern 1 is not answered."
        answer(concern, by=cast.ines, text="Agreed with the buyer.")
        assert Hold.objects.get().note == "Concern 1 is answered."
        assert str(concern) == f"{wide('Concern')} 1"
        with pytest.raises(WrongState, match=wide("is answered already")):
            answer(concern, by=cast.ines, text="Once more.")
