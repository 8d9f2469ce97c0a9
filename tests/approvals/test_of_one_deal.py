"""What is read of one deal, or of one mandate, is never that of another."""

import json
from datetime import timedelta

from approvals.check import conditions_of, standing
from approvals.close import backing, close
from approvals.dossier import dossier
from approvals.grants import agreeing
from approvals.models import Mandate
from approvals.submit import submit
from base import clock
from deals.document import terms_from
from deals.models import Deal
from tests.approvals.test_bulk import more_like
from tests.brandt import Verdict, grant_brandt, rule, step_of
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside


def agreed(deal: Deal, cast: Cast) -> Mandate:
    """As it was asked for: nobody wants anything in return."""
    request = submit(deal, by=cast.maya)
    for function, user in (("operations", cast.jiwoo), ("legal", cast.tomas), ("finance", cast.henrik)):
        rule(step_of(request, function), user, Verdict.AGREE)
    return Mandate.objects.get(request=request)


def test_conditions_belong_to_their_mandate_and_grants_to_their_request(brandt: Deal, cast: Cast) -> None:
    with_one, without = grant_brandt(brandt, cast), agreed(more_like(brandt, cast, "D-2001"), cast)
    asked = {each.function for each in conditions_of(with_one)}
    assert asked == {"finance"}
    assert conditions_of(without) == ()
    assert {one.step.request_id for one in agreeing(without.request)} == {without.request_id}
    assert len(agreeing(without.request)) == 3


def test_a_deal_that_ended_has_no_mandate_and_closes_no_other(granted: Mandate, cast: Cast) -> None:
    other = more_like(granted.deal, cast, "D-2001")
    assert standing(granted.deal) == granted
    assert standing(other) is None
    close(granted.deal, by=cast.maya, reason="They build it themselves.")
    assert standing(granted.deal) is None

    record = json.loads(dossier(other, by=cast.ines, at=clock.now()))
    assert record["closing"] is None
    assert set(record["people"].values()) == {"Ines Carvalho", "Maya Okafor"}


def test_only_an_offer_of_the_very_terms_backs_what_was_signed(granted: Mandate, cast: Cast) -> None:
    made, past = offer_inside(granted, cast), offer_five(granted, cast)
    good, too_far = (terms_from(json.loads(each.document)) for each in (made, past))
    today = clock.today()
    assert backing(granted.deal, good, today) == made
    assert backing(granted.deal, granted.request.revision.ask.target, today) is None
    assert backing(granted.deal, too_far, today) is None
    assert backing(granted.deal, good, made.good_until + timedelta(days=1)) is None
